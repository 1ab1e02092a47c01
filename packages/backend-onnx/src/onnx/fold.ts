import { type Numbers, sizeOf } from '../node.js';

/** An array of the same type. */
const like = <T extends Numbers>(numbers: T, length: number): T =>
  new (numbers.constructor as new (length: number) => T)(length);

/** Distances between neighbours along each axis, in numbers. */
function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Calls `visit` with the position in an array of these strides for each element of `shape`, in order. */
function walk(shape: readonly number[], strides: readonly number[], visit: (position: number) => void): void {
  const last = shape.length - 1;
  const descend = (axis: number, position: number): void => {
    const extent = shape[axis]!;
    const stride = strides[axis]!;
    if (axis === last) for (let i = 0; i < extent; i++) visit(position + i * stride);
    else for (let i = 0; i < extent; i++) descend(axis + 1, position + i * stride);
  };
  if (shape.length === 0) visit(0);
  else descend(0, 0);
}

export function transposed(numbers: Numbers, shape: readonly number[], permutation: readonly number[]): Numbers {
  const strides = stridesOf(shape);
  const result = like(numbers, numbers.length);
  let at = 0;
  walk(
    permutation.map((axis) => shape[axis]!),
    permutation.map((axis) => strides[axis]!),
    (position) => {
      result[at++] = numbers[position]!;
    },
  );
  return result;
}

/** `shape` with zeros around, to `whole`. */
export function padded(
  numbers: Numbers,
  shape: readonly number[],
  before: readonly number[],
  whole: readonly number[],
): Numbers {
  const strides = stridesOf(whole);
  const result = like(numbers, sizeOf(whole));
  const first = before.reduce((sum, extent, axis) => sum + extent * strides[axis]!, 0);
  let at = 0;
  walk(shape, strides, (position) => {
    result[first + position] = numbers[at++]!;
  });
  return result;
}

export function reversed(numbers: Numbers, shape: readonly number[], axes: readonly number[]): Numbers {
  const strides = stridesOf(shape);
  const first = axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * strides[axis]!, 0);
  const turned = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
  const result = like(numbers, numbers.length);
  let at = 0;
  walk(shape, turned, (position) => {
    result[at++] = numbers[first + position]!;
  });
  return result;
}
