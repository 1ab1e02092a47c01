import { type Geometry, inputs, taps } from './geometry.js';

/** For each output and tap the row of x ([batch * rows * columns, channels]) that is read; the row behind the last is zero. */
export function inputRows(g: Geometry): Int32Array {
  const zero = g.batch * g.inHeight * g.inWidth;
  const index = new Int32Array(g.batch * g.outHeight * g.outWidth * g.filterHeight * g.filterWidth);
  let at = 0;
  for (let b = 0; b < g.batch; b++) {
    for (let y = 0; y < g.outHeight; y++) {
      for (let x = 0; x < g.outWidth; x++) {
        for (let i = 0; i < g.filterHeight; i++) {
          const row = y * g.strideHeight + i * g.dilationHeight - g.top;
          for (let j = 0; j < g.filterWidth; j++) {
            const column = x * g.strideWidth + j * g.dilationWidth - g.left;
            const inside = row >= 0 && column >= 0 && row < g.inHeight && column < g.inWidth;
            index[at++] = inside ? (b * g.inHeight + row) * g.inWidth + column : zero;
          }
        }
      }
    }
  }
  return index;
}

/** For each input and tap the row of dy that the tap carries to it, for unit strides. */
export function outputRows(g: Geometry): Int32Array {
  const zero = g.batch * g.outHeight * g.outWidth;
  const index = new Int32Array(g.batch * g.inHeight * g.inWidth * g.filterHeight * g.filterWidth);
  let at = 0;
  for (let b = 0; b < g.batch; b++) {
    for (let y = 0; y < g.inHeight; y++) {
      for (let x = 0; x < g.inWidth; x++) {
        for (let i = 0; i < g.filterHeight; i++) {
          const row = y + g.top - i * g.dilationHeight;
          for (let j = 0; j < g.filterWidth; j++) {
            const column = x + g.left - j * g.dilationWidth;
            const inside = row >= 0 && column >= 0 && row < g.outHeight && column < g.outWidth;
            index[at++] = inside ? (b * g.outHeight + row) * g.outWidth + column : zero;
          }
        }
      }
    }
  }
  return index;
}

/** The outputs along one axis that read each input, with the tap they read it by. */
function readers(inSize: number, outSize: number, filter: number, stride: number, dilation: number, before: number) {
  const found: { output: number; tap: number }[][] = Array.from({ length: inSize }, () => []);
  for (let tap = 0; tap < filter; tap++) {
    for (let output = 0; output < outSize; output++) {
      const input = output * stride + tap * dilation - before;
      if (input >= 0 && input < inSize) found[input]!.push({ output, tap });
    }
  }
  return { found, most: Math.max(1, ...found.map((list) => list.length)) };
}

/**
 * For each input the shares that fall on it, [count, inputs] rows of [(outputs + 1) * taps, channels], filled up with a zero share.
 * `count` is the most that any input gets, about the filter's area over the stride's.
 */
export function contributingTaps(g: Geometry): { count: number; index(): Int32Array } {
  const rows = readers(g.inHeight, g.outHeight, g.filterHeight, g.strideHeight, g.dilationHeight, g.top);
  const columns = readers(g.inWidth, g.outWidth, g.filterWidth, g.strideWidth, g.dilationWidth, g.left);
  const count = rows.most * columns.most;
  return {
    count,
    index() {
      const index = new Int32Array(count * inputs(g)).fill(g.batch * g.outHeight * g.outWidth * taps(g));
      let input = 0;
      for (let b = 0; b < g.batch; b++) {
        for (const vertical of rows.found) {
          for (const horizontal of columns.found) {
            let at = input++;
            for (const row of vertical) {
              for (const column of horizontal) {
                const output = (b * g.outHeight + row.output) * g.outWidth + column.output;
                index[at] = output * taps(g) + row.tap * g.filterWidth + column.tap;
                at += inputs(g);
              }
            }
          }
        }
      }
      return index;
    },
  };
}
