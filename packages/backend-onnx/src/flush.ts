import type { OnnxBackend } from './backend.js';
import { compile } from './compile.js';
import { onnxruntimeError } from './errors.js';
import type { Node, Numbers } from './node.js';
import { encode, type Schedule, sort } from './schedule.js';
import type { Plan } from './session-cache.js';

/** Computes `outputs`: finds the compiled graph of their structure or compiles it, feeds the leaves, runs it. */
export function flush(backend: OnnxBackend, outputs: readonly Node[]): void {
  try {
    const schedule = sort(outputs);
    const { structure, length } = encode(schedule);
    let plan = backend.sessions.find(structure, length);
    if (plan === undefined) {
      plan = compile(backend.runtime, backend.sessions.threads, schedule, structure.slice(0, length));
      backend.sessions.add(plan);
    }
    run(backend, plan, schedule);
  } catch (error) {
    for (const output of outputs) {
      output.failure = error;
      output.destination = null;
    }
    throw error;
  }
}

function run(backend: OnnxBackend, plan: Plan, { leaves, outputs }: Schedule): void {
  for (let i = 0; i < leaves.length; i++) plan.leaves[i]!.data = leaves[i]!.values;
  const arrays: Numbers[] = [];
  for (let i = 0; i < outputs.length; i++) {
    const { tensor, type, size } = plan.outputs[i]!;
    const array = outputs[i]!.destination ?? backend.pool.take(type, size);
    arrays.push(array);
    tensor.data = array;
  }
  try {
    plan.session.run(plan.feeds, plan.fetches, {});
  } catch (error) {
    throw onnxruntimeError('FSAE_ONNX_OPERATION', plan.operations, error);
  } finally {
    // The plan lives on; what it was fed must not live with it.
    for (const leaf of plan.leaves) leaf.data = null;
    for (const output of plan.outputs) output.tensor.data = null;
  }
  for (let i = 0; i < outputs.length; i++) {
    const output = outputs[i]!;
    output.settle(arrays[i]!, output.destination === null, backend.signatures.leafSignature(output));
  }
}
