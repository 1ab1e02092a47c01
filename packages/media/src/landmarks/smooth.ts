import type { Point } from '../contracts.js';

export interface SmoothingOptions {
  /** Cutoff frequency of what stands still, in Hz: lower is calmer. */
  readonly calm: number;
  /** By how many Hz the cutoff rises per face size and second: higher follows more closely. */
  readonly follow: number;
}

/**
 * At 25 frames a second, trembling by 0.3 % of the face is cut to 0.4 of it, and a head that crosses the picture by its
 * own size in a second is lagged behind by 0.6 % of it at most.
 */
export const SMOOTHING: SmoothingOptions = { calm: 1.5, follow: 60 };

/** Cutoff of the speed itself, in Hz; 1 in the paper, which lags when a head starts to move. */
const SPEED_CUTOFF = 2;

/** The 1 euro filter (Casiez, Roussel & Vogel 2012) over the points of a face: still ones are calmed, moving ones followed. */
export class PointSmoother {
  readonly #options: SmoothingOptions;
  #time = 0;
  /** x and y in turn, as smoothed, and their speeds per second. */
  #values: Float64Array | undefined;
  #speeds = new Float64Array(0);

  constructor(options: SmoothingOptions = SMOOTHING) {
    this.#options = options;
  }

  /**
   * @param time in seconds, growing
   * @param size of the face, in the points' units
   */
  next(points: readonly Point[], time: number, size: number): readonly Point[] {
    const given = Float64Array.from(points.flat());
    const values = this.#values;
    const step = time - this.#time;
    this.#time = time;
    if (values === undefined || values.length !== given.length || step <= 0) {
      this.#values = given;
      this.#speeds = new Float64Array(given.length);
      return points;
    }
    const { calm, follow } = this.#options;
    for (const [i, value] of given.entries()) {
      const speed = (value - values[i]!) / step;
      this.#speeds[i]! += share(SPEED_CUTOFF, step) * (speed - this.#speeds[i]!);
      const cutoff = calm + (follow * Math.abs(this.#speeds[i]!)) / size;
      values[i]! += share(cutoff, step) * (value - values[i]!);
    }
    return points.map((_, i): Point => [values[2 * i]!, values[2 * i + 1]!]);
  }
}

/** Of the new value in the smoothed one. */
function share(cutoff: number, step: number): number {
  const r = 2 * Math.PI * cutoff * step;
  return r / (r + 1);
}
