/** Fills one output row of an upsampled field of two components. */
type UpsampledRow = (y: number, xs: Float64Array, ys: Float64Array) => void;

/** Weighs the four nodes that an output pixel lies among; gives the index of the first, which may be outside of the field. */
type Taps = (output: number, weights: Float64Array) => number;

/**
 * Bicubic upsampling of a field [2, nodes, nodes] to size x size with Keys' kernel, A = -0.75, borders clamped: torch's
 * interpolate(mode='bicubic', align_corners=False). Keys 1981, eq. 4.
 */
export function cubicUpsampling(field: Float64Array, nodes: number, size: number): UpsampledRow {
  return separable(field, nodes, size, (output, weights) => {
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
  return separable(field, nodes, size, (output, weights) => {
    const place = ((output + 0.5) * (nodes - 1)) / size;
    const whole = Math.floor(place);
    weights[1] = 1 - (place - whole);
    weights[2] = place - whole;
    return whole - 1;
  });
}

const A = -0.75;
const inner = (x: number) => ((A + 2) * x - (A + 3)) * x * x + 1;
const outer = (x: number) => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;

// Along the rows first, once for all nodes: what is left for each pixel is one column of four products per component.
function separable(field: Float64Array, nodes: number, size: number, tapsOf: Taps): UpsampledRow {
  const weights = new Float64Array(4);
  const wide = new Float64Array(2 * nodes * size);
  const clamp = (index: number) => Math.min(Math.max(index, 0), nodes - 1);
  for (let x = 0; x < size; x++) {
    const first = tapsOf(x, weights);
    for (let row = 0; row < 2 * nodes; row++) {
      let sum = 0;
      for (let tap = 0; tap < 4; tap++) sum += weights[tap]! * field[row * nodes + clamp(first + tap)]!;
      wide[row * size + x] = sum;
    }
  }
  return (y, xs, ys) => {
    const first = tapsOf(y, weights);
    const a = clamp(first) * size;
    const b = clamp(first + 1) * size;
    const c = clamp(first + 2) * size;
    const d = clamp(first + 3) * size;
    const [wa = 0, wb = 0, wc = 0, wd = 0] = weights;
    const down = nodes * size;
    for (let x = 0; x < size; x++) {
      xs[x] = wa * wide[a + x]! + wb * wide[b + x]! + wc * wide[c + x]! + wd * wide[d + x]!;
      const under = down + x;
      ys[x] = wa * wide[a + under]! + wb * wide[b + under]! + wc * wide[c + under]! + wd * wide[d + under]!;
    }
  };
}
