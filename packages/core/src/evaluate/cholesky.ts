/** Lower triangle L with L L^T = A, from the lower triangle of a positive definite A. */
export function cholesky(a: readonly Float64Array[]): Float64Array[] {
  const l = a.map((row) => row.slice());
  for (let i = 0; i < l.length; i++) {
    const row = l[i] as Float64Array;
    for (let j = 0; j <= i; j++) {
      const other = l[j] as Float64Array;
      let sum = row[j] as number;
      for (let k = 0; k < j; k++) sum -= (row[k] as number) * (other[k] as number);
      row[j] = i === j ? Math.sqrt(sum) : sum / (other[j] as number);
    }
  }
  return l;
}

/** x with L L^T x = b. */
export function solve(l: readonly Float64Array[], b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = 0; i < x.length; i++) {
    const row = l[i] as Float64Array;
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - (row[k] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (row[i] as number);
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++)
      x[i] = (x[i] as number) - ((l[k] as Float64Array)[i] as number) * (x[k] as number);
    x[i] = (x[i] as number) / ((l[i] as Float64Array)[i] as number);
  }
  return x;
}
