import { cholesky, solve } from './cholesky.js';

/** Gaussian kernel ridge regression (Saunders et al. 1998) with the median distance as bandwidth: reads numbers off pictures. */
export class KernelRidge {
  readonly #inputs: readonly Float32Array[];
  readonly #bandwidth: number;
  readonly #means: readonly number[];
  /** [output][input] */
  readonly #weights: readonly Float64Array[];

  /** @param outputs one row of numbers per input; @param ridge added to the kernel's diagonal */
  constructor(inputs: readonly Float32Array[], outputs: readonly (readonly number[])[], ridge = 1e-2) {
    const count = inputs.length;
    this.#inputs = inputs;
    const squared = inputs.map((a, i) =>
      Float64Array.from({ length: i + 1 }, (_, j) => distance2(a, inputs[j] as Float32Array)),
    );
    // All inputs alike (a dead decoder): any bandwidth says so.
    this.#bandwidth = Math.sqrt(median(squared.flatMap((row, i) => [...row.subarray(0, i)]))) || 1;
    const kernel = squared.map((row) => row.map((d) => this.#kernel(d)));
    for (const [i, row] of kernel.entries()) row[i] = 1 + ridge;
    const factor = cholesky(kernel);
    const width = outputs[0]?.length ?? 0;
    this.#means = Array.from(
      { length: width },
      (_, k) => outputs.reduce((sum, row) => sum + (row[k] as number), 0) / count,
    );
    this.#weights = this.#means.map((mean, k) =>
      solve(
        factor,
        Float64Array.from(outputs, (row) => (row[k] as number) - mean),
      ),
    );
  }

  predict(input: Float32Array): number[] {
    const kernel = this.#inputs.map((known) => this.#kernel(distance2(input, known)));
    return this.#weights.map((weights, k) =>
      kernel.reduce((sum, value, i) => sum + value * (weights[i] as number), this.#means[k] as number),
    );
  }

  #kernel(squaredDistance: number): number {
    return Math.exp(-squaredDistance / (2 * this.#bandwidth * this.#bandwidth));
  }
}

/** Four sums, as one would wait for itself: each addition takes several cycles. */
function distance2(a: Float32Array, b: Float32Array): number {
  const whole = a.length - (a.length % 4);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    const d0 = a[i]! - b[i]!;
    const d1 = a[i + 1]! - b[i + 1]!;
    const d2 = a[i + 2]! - b[i + 2]!;
    const d3 = a[i + 3]! - b[i + 3]!;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (let i = whole; i < a.length; i++) s0 += (a[i]! - b[i]!) ** 2;
  return s0 + s1 + (s2 + s3);
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] as number;
}
