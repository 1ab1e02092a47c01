/** Fills one output row of an upsampled field of two components. */
type UpsampledRow = (y: number, xs: Float64Array, ys: Float64Array) => void;

/** Where an output pixel lies in a coarse row: index of the first of its taps (before clamping) and their weights. */
type Taps = (output: number, weights: Float64Array) => number;

/**
 * Bicubic upsampling of a field [2, nodes, nodes] to size x size with Keys' kernel, A = -0.75, borders clamped: torch's
 * interpolate(mode='bicubic', align_corners=False). Keys 1981, eq. 4.
 */
export function cubicUpsampling(field: Float64Array, nodes: number, size: number): UpsampledRow {
  return separable(field, nodes, size, 4, (output, weights) => {
    const place = ((output + 0.5) * nodes) / size - 0.5;
    const whole = Math.floor(place);
    const t = place - whole;
    weights[0] = outer(t + 1);
    weights[1] = inner(t);
    weights[2] = inner(1 - t);
    weights[3] = outer(2 - t);
    return whole - 1;
  });
}

/** Bilinear upsampling of a field [2, nodes, nodes] whose first and last points lie on the borders of the picture. */
export function linearUpsampling(field: Float64Array, nodes: number, size: number): UpsampledRow {
  return separable(field, nodes, size, 2, (output, weights) => {
    const place = ((output + 0.5) * (nodes - 1)) / size;
    const whole = Math.floor(place);
    weights[0] = 1 - (place - whole);
    weights[1] = place - whole;
    return whole;
  });
}

const A = -0.75;
const inner = (x: number) => ((A + 2) * x - (A + 3)) * x * x + 1;
const outer = (x: number) => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;

// Rows first, all `nodes` of them once: what is left for a pixel is one column of `taps` products and a component.
function separable(field: Float64Array, nodes: number, size: number, taps: number, tapsOf: Taps): UpsampledRow {
  const weights = new Float64Array(taps);
  const wide = new Float64Array(2 * nodes * size);
  const clamp = (index: number) => Math.min(Math.max(index, 0), nodes - 1);
  for (let x = 0; x < size; x++) {
    const first = tapsOf(x, weights);
    for (let row = 0; row < 2 * nodes; row++) {
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += weights[tap]! * field[row * nodes + clamp(first + tap)]!;
      wide[row * size + x] = sum;
    }
  }
  return (y, xs, ys) => {
    const first = tapsOf(y, weights);
    xs.fill(0);
    ys.fill(0);
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[tap]!;
      const fromX = clamp(first + tap) * size;
      const fromY = fromX + nodes * size;
      for (let x = 0; x < size; x++) {
        xs[x] = xs[x]! + weight * wide[fromX + x]!;
        ys[x] = ys[x]! + weight * wide[fromY + x]!;
      }
    }
  };
}
