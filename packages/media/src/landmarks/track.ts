import type { LocatedFace, Raster } from '../contracts.js';
import { overlap } from '../detect/overlap.js';
import { distinctFaces, type Finder, isFace, locateTwice } from './find.js';
import { PointSmoother, type SmoothingOptions } from './smooth.js';

/** A face of a film. */
export interface TrackedFace extends LocatedFace {
  /** The same number in every frame in which the face was not lost. */
  readonly track: number;
}

export interface TrackerOptions {
  readonly finder: Finder;
  /** False: landmarks as they are found. */
  readonly smoothing?: SmoothingOptions | false;
  /** After how many seconds new faces are looked for at the latest. */
  readonly lookEvery?: number;
}

interface Track {
  readonly number: number;
  readonly smoother: PointSmoother | undefined;
  face: LocatedFace;
}

/** Farther apart in time, a face is looked for anew: it will not be where it was. */
const GAP = 0.25;
/** A face that jumps by half its size is another one: a cut. */
const JUMP = 0.5;

/**
 * Follows faces from frame to frame: each is looked for where it was in the frame before, and the detector runs only where
 * one is lost and now and then. Landmarks are smoothed over time.
 */
export class FaceTracker {
  readonly #options: TrackerOptions;
  #tracks: Track[] = [];
  #time = Number.NEGATIVE_INFINITY;
  #looked = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(options: TrackerOptions) {
    this.#options = options;
  }

  /** The faces of the next frame; `time` in seconds. */
  async next(picture: Raster, time: number): Promise<TrackedFace[]> {
    const { finder, lookEvery = 0.4 } = this.#options;
    const gap = time - this.#time > GAP;
    if (gap) this.#tracks = [];
    this.#time = time;
    const known = this.#tracks.length;
    await this.#follow(picture);
    if (gap || this.#tracks.length < known || time - this.#looked >= lookEvery) {
      this.#looked = time;
      const detections = await finder.detector.detect(picture);
      const fresh = detections
        .map(({ region }) => region)
        .filter((region) => !this.#tracks.some(({ face }) => overlap(face.region, region) > 0.3));
      const found = await locateTwice(finder.landmarker, picture, fresh);
      const tracked = this.#tracks.map(({ face }) => face);
      for (const face of distinctFaces([...tracked, ...found]).filter((one) => !tracked.includes(one)))
        this.#begin(face);
    }
    return this.#tracks.map((track) => this.#smooth(track, time));
  }

  async #follow(picture: Raster): Promise<void> {
    const regions = this.#tracks.map(({ face }) => face.region);
    const faces = await this.#options.finder.landmarker.locate(picture, regions);
    const kept = distinctFaces(faces.filter(isFace));
    this.#tracks = this.#tracks.filter((track, i) => {
      const face = faces[i]!;
      if (!kept.includes(face) || jumped(track.face, face)) return false;
      track.face = face;
      return true;
    });
  }

  #begin(face: LocatedFace): void {
    const { smoothing } = this.#options;
    const smoother = smoothing === false ? undefined : new PointSmoother(smoothing);
    this.#tracks.push({ number: this.#count++, smoother, face });
  }

  #smooth({ number: track, smoother, face }: Track, time: number): TrackedFace {
    if (smoother === undefined) return { ...face, track };
    const { landmarks, outline = [], region } = face;
    const points = smoother.next([...landmarks, ...outline], time, region.side);
    return {
      ...face,
      track,
      landmarks: points.slice(0, landmarks.length),
      ...(face.outline === undefined ? {} : { outline: points.slice(landmarks.length) }),
    };
  }
}

function jumped({ region: before }: LocatedFace, { region: after }: LocatedFace): boolean {
  const distance = Math.hypot(after.centre[0] - before.centre[0], after.centre[1] - before.centre[1]);
  const ratio = after.side / before.side;
  return distance > JUMP * before.side || ratio > 1.5 || ratio < 1 / 1.5;
}
