import type { Node } from './node.js';

let mark = 0;
let structure = new Int32Array(1024);

/** A graph in the order it has to be computed in. */
export interface Schedule {
  readonly order: readonly Node[];
  /** Nodes that have values already, fed with every run. */
  readonly leaves: readonly Node[];
  /** Those whose values never change. */
  readonly frozen: readonly Node[];
  readonly outputs: readonly Node[];
}

/** Depth first from the outputs, iterative: recorded chains are longer than the call stack is deep. */
export function sort(outputs: readonly Node[]): Schedule {
  mark++;
  const order: Node[] = [];
  const leaves: Node[] = [];
  const frozen: Node[] = [];
  const stack: Node[] = [];
  const next: number[] = [];
  for (const output of outputs) {
    if (output.mark === mark) continue;
    output.mark = mark;
    stack.push(output);
    next.push(0);
    while (stack.length > 0) {
      const top = stack.length - 1;
      const node = stack[top]!;
      const child = node.values === null ? node.inputs[next[top]!] : undefined;
      if (child === undefined) {
        stack.pop();
        next.pop();
        node.position = order.length;
        order.push(node);
        if (node.values !== null) (node.frozen === null ? leaves : frozen).push(node);
      } else {
        next[top]!++;
        if (child.mark !== mark) {
          child.mark = mark;
          stack.push(child);
          next.push(0);
        }
      }
    }
  }
  return { order, leaves, frozen, outputs };
}

/**
 * The graph as integers: per node its signature and the positions of its inputs, then the outputs. The array is
 * reused by the next call, only the first `length` integers count.
 */
export function encode({ order, outputs }: Schedule): { structure: Int32Array; length: number } {
  let length = 0;
  const put = (value: number) => {
    if (length === structure.length) {
      const larger = new Int32Array(length * 2);
      larger.set(structure);
      structure = larger;
    }
    structure[length++] = value;
  };
  for (const node of order) {
    put(node.signature);
    if (node.values !== null) continue;
    put(node.inputs.length);
    for (const input of node.inputs) put(input.position);
  }
  put(-1);
  for (const output of outputs) put(output.position);
  return { structure, length };
}
