import { onnxError, onnxruntimeError } from './errors.js';
import { Emitter } from './lowering/emitter.js';
import { lower } from './lowering/lower.js';
import { type NativeType, type Node, type Numbers, sizeOf } from './node.js';
import type { Value } from './onnx/graph.js';
import { hiddenShapes } from './onnx/memory.js';
import { type Declared, encodeModel } from './onnx/model.js';
import type { NativeTensor, Runtime } from './runtime.js';
import type { Schedule } from './schedule.js';
import type { FetchPlan, Plan } from './session-cache.js';

/** protobuf's limit for one message. */
const LARGEST_MODEL = 2 ** 31 - 1;

/** @throws FSAE_ONNX_GRAPH_TOO_LARGE */
export function assertFits({ byteLength }: { readonly byteLength: number }): void {
  if (byteLength > LARGEST_MODEL) throw onnxError('FSAE_ONNX_GRAPH_TOO_LARGE', { bytes: byteLength });
}

/** Lowers a graph to ONNX and loads it into an onnxruntime session. */
export function compile(runtime: Runtime, threads: number, schedule: Schedule, structure: Int32Array): Plan {
  const emit = new Emitter(schedule);
  const { graph } = emit;
  const leaves = schedule.leaves.map((leaf) => {
    const value = graph.input(leaf.shape, emit.type(leaf));
    emit.set(leaf, value);
    return value;
  });
  for (const leaf of schedule.frozen) {
    emit.set(leaf, graph.initializer(leaf.values as Numbers, leaf.shape, emit.type(leaf), leaf.frozen!));
  }
  lower(schedule, emit);
  const outputs = distinct(emit, schedule.outputs);
  const simplified = graph.simplified(outputs);
  const { initializers } = simplified;
  const inputs = [...simplified.inputs, ...hiddenShapes(simplified.operations, initializers)];
  const model = encodeModel({ operations: simplified.operations, inputs, initializers, outputs });
  const operations = summary(simplified.operations.map((operation) => operation.type));
  assertFits(model);
  const session = runtime.createSession();
  try {
    const encoded = model.bytes();
    session.loadModel(encoded.buffer, encoded.byteOffset, encoded.byteLength, {
      intraOpNumThreads: threads,
      graphOptimizationLevel: 'all',
      // Patterns of a training step hold every intermediate at once: 1.5 times the memory, no time gained.
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw onnxruntimeError('FSAE_ONNX_SESSION', operations, error);
  }
  const feeds: Record<string, NativeTensor> = {};
  for (const input of simplified.inputs) feeds[input.name] = tensorOf(input);
  for (const table of graph.tables) feeds[table.name]!.data = table.data;
  const tensors = leaves.map((value) => feeds[value.name]!);
  const fetches: Record<string, NativeTensor> = {};
  const plans = outputs.map((value): FetchPlan => {
    const tensor = tensorOf(value);
    fetches[value.name] = tensor;
    return { name: value.name, type: value.type as NativeType, size: sizeOf(value.shape), tensor };
  });
  const tables = graph.tables.reduce((sum, { data }) => sum + data.byteLength, 0);
  const bytes = graph.residentBytes(simplified, outputs) + tables;
  const frozen = schedule.frozen.map(({ signature }) => signature);
  return { structure, session, frozen, bytes, operations, leaves: tensors, feeds, outputs: plans, fetches };
}

/**
 * An ONNX value for each output that the graph computes and no other output is. The shape may differ from the node's:
 * only the numbers and their order count, so a final Reshape is left out.
 */
function distinct(emit: Emitter, outputs: readonly Node[]): Value[] {
  const { graph } = emit;
  const taken = new Set<string>();
  return outputs.map((output) => {
    const value = graph.unshaped(emit.value(output));
    const own = graph.isComputed(value) && !taken.has(value.name) ? value : graph.copy(value);
    taken.add(own.name);
    return own;
  });
}

function tensorOf(value: Declared): NativeTensor {
  return { type: value.type, dims: value.shape, location: 'cpu', data: null };
}

function summary(types: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${count} ${type}`).join(', ');
}
