import type { RandomStream } from '../../src/contracts/index.js';

/** A stream that gives these standard normals one after the other, and nothing else. */
export function normals(values: readonly number[]): RandomStream {
  const left = [...values];
  const normal = () => {
    const value = left.shift();
    if (value === undefined) throw new Error('more normals were drawn than expected');
    return value;
  };
  const refuse = () => {
    throw new Error('only normals were expected');
  };
  return { normal, uniform: refuse, integer: refuse };
}
