import { sizeOf } from '../node.js';
import type { Declared, Operation } from './model.js';

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
