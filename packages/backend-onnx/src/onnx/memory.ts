import { sizeOf } from '../node.js';
import type { Declared, Initializer, Operation } from './model.js';

/**
 * The constants that say what Reshape makes. Declared as inputs too, which keep their values unless they are fed, they are
 * no longer known when onnxruntime plans memory, and so no shape behind them is. Otherwise a value takes over the memory
 * of a dead one of equal shape, which is then held from the first to the last of them: in a training step from the forward
 * pass to the backward one (measured: 1,988 instead of 1,325 MB for A at 128 px, at the same speed). The binding for Node has
 * no option for it.
 */
export function hiddenShapes(operations: readonly Operation[], initializers: readonly Initializer[]): Declared[] {
  const shapes = new Set(operations.filter(({ type }) => type === 'Reshape').map(({ inputs }) => inputs[1]));
  return initializers.filter(({ name }) => shapes.has(name)).map(({ name, type, shape }) => ({ name, type, shape }));
}

/**
 * The most bytes of intermediate values that are alive at once when the operations run in order: what a session's arena
 * grows to and keeps. Outputs have arrays of their own and do not count.
 */
export function peakBytes(
  operations: readonly Operation[],
  outputs: readonly Declared[],
  shapeOf: (name: string) => readonly number[] | undefined,
): number {
  const own = new Set(outputs.map((output) => output.name));
  const lastUse = new Map<string, number>();
  for (const [index, operation] of operations.entries()) {
    for (const input of operation.inputs) lastUse.set(input, index);
  }
  // A reshaped value is the memory of its source: that one lives until the last of them was used.
  const source = new Map<string, string>();
  for (const { type, inputs, outputs: made } of operations) {
    if (type === 'Reshape') source.set(made[0]!, source.get(inputs[0]!) ?? inputs[0]!);
  }
  const freed = operations.map((): string[] => []);
  const memoryUse = new Map<string, number>();
  for (const [name, index] of lastUse) {
    const memory = source.get(name) ?? name;
    memoryUse.set(memory, Math.max(memoryUse.get(memory) ?? -1, index));
  }
  for (const [name, index] of memoryUse) freed[index]!.push(name);
  const bytesOf = (name: string) => (own.has(name) ? 0 : 4 * sizeOf(shapeOf(name) ?? [0]));
  let alive = 0;
  let peak = 0;
  for (const [index, operation] of operations.entries()) {
    if (operation.type !== 'Reshape') for (const output of operation.outputs) alive += bytesOf(output);
    peak = Math.max(peak, alive);
    for (const name of freed[index]!) alive -= bytesOf(name);
  }
  return peak;
}
