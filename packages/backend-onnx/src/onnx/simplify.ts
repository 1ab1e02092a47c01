import { sameShape } from '../node.js';
import type { Declared, Initializer, Operation } from './model.js';

export interface Simplified {
  readonly operations: readonly Operation[];
  readonly inputs: readonly Declared[];
  readonly initializers: readonly Initializer[];
}

/**
 * Leaves out what no output needs, and declares inputs in the shape they are used in: a filter that is only ever read
 * as a matrix is fed as one.
 */
export function simplify(
  operations: readonly Operation[],
  inputs: readonly Declared[],
  initializers: readonly Initializer[],
  outputs: readonly Declared[],
  shapeOf: (name: string) => readonly number[],
): Simplified {
  const live = liveOperations(operations, outputs);
  const renamed = new Map<string, string>();
  const declared = inputs.map((input) => {
    const users = live.filter((operation) => operation.inputs.includes(input.name));
    const shape = users.length > 0 ? shapeOf(users[0]!.outputs[0]!) : input.shape;
    const isOneView = users.every(
      ({ type, outputs: [output] }) => type === 'Reshape' && sameShape(shapeOf(output!), shape),
    );
    if (users.length === 0 || !isOneView) return input;
    for (const user of users) renamed.set(user.outputs[0]!, input.name);
    return { ...input, shape };
  });
  const kept = live.filter((operation) => !renamed.has(operation.outputs[0]!));
  const read = new Set(kept.flatMap((operation) => operation.inputs));
  return {
    initializers: initializers.filter(({ name }) => read.has(name)),
    operations: kept.map((operation) => ({
      ...operation,
      inputs: operation.inputs.map((name) => renamed.get(name) ?? name),
    })),
    inputs: declared,
  };
}

function liveOperations(operations: readonly Operation[], outputs: readonly Declared[]): Operation[] {
  const needed = new Set(outputs.map((output) => output.name));
  const live: Operation[] = [];
  for (const operation of operations.toReversed()) {
    if (!operation.outputs.some((output) => needed.has(output))) continue;
    for (const input of operation.inputs) needed.add(input);
    live.push(operation);
  }
  return live.reverse();
}
