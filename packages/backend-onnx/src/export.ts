import type { OnnxProgram } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from './backend.js';
import { assertFits } from './compile.js';
import { onnxError } from './errors.js';
import { Emitter } from './lowering/emitter.js';
import { lower } from './lowering/lower.js';
import { isNative, type Node, sizeOf } from './node.js';
import { forAnyBatch, isOf } from './onnx/any-batch.js';
import type { Value } from './onnx/graph.js';
import { encodeModel } from './onnx/model.js';
import { sort } from './schedule.js';

/**
 * What a program does with a batch of pictures, as an ONNX file (opset 17) for any number of pictures: input and output
 * are named as the program says, both [batch, ...] with the axes in the order of TensorFlow.js. Tensors that the program
 * closes over become constants of the file.
 *
 * @throws FSAE_ONNX_EXPORT when the program reads values, or does what depends on how many pictures there are;
 *   FSAE_ONNX_GRAPH_TOO_LARGE
 */
export function exportOnnx(backend: OnnxBackend, program: OnnxProgram): Uint8Array {
  const [file, other] = BATCHES.map((batch) => recorded(backend, program, batch)) as [Uint8Array, Uint8Array];
  // What depends on the number of pictures in some way that nobody thought of differs here.
  if (!Buffer.from(file.buffer).equals(other)) {
    throw onnxError('FSAE_ONNX_EXPORT', { reason: 'what it does depends on how many pictures there are' });
  }
  return file;
}

/** Primes that no layer has: an extent that one of them divides is one of the batch. */
const BATCHES = [1009, 1013];

/** The file as it comes from a recording with so many pictures. Nothing is computed. */
function recorded(backend: OnnxBackend, program: OnnxProgram, batch: number): Uint8Array {
  backend.flush();
  let bytes: Uint8Array | undefined;
  backend.whileRecording(() =>
    tf.tidy(() => {
      const picture = backend.node('Pictures', [], [batch, ...program.input.shape], 'float32');
      const x = tf.engine().makeTensorFromTensorInfo(backend.tensorOf(picture)) as tf.Tensor4D;
      // In here: what the program makes on its way is freed at the end.
      bytes = encode(picture, backend.nodeOf(program.run(x)), program, batch);
    }),
  );
  return bytes as unknown as Uint8Array;
}

function encode(picture: Node, result: Node, { input, output, metadata }: OnnxProgram, batch: number): Uint8Array {
  if (result.shape[0] !== batch || result.dtype !== 'float32') {
    throw onnxError('FSAE_ONNX_EXPORT', { reason: `its result is ${result.dtype} [${result.shape}]` });
  }
  const schedule = sort([result]);
  const emit = new Emitter(schedule, true);
  const { graph } = emit;
  emit.set(picture, { name: input.name, shape: picture.shape, type: 'float32' });
  for (const leaf of schedule.leaves) emit.set(leaf, constantOf(leaf, emit, batch));
  lower(schedule, emit);
  const value: Value = emit.value(result);
  const named = { type: 'Identity', domain: '', inputs: [value.name], outputs: [output.name], attributes: {} };
  const { operations } = graph.simplified([value]);
  const dynamic = forAnyBatch([...operations, named], graph.initializers, { batch, source: input.name });
  const model = encodeModel({
    ...dynamic,
    inputs: [{ name: input.name, type: 'float32', shape: ['batch', ...input.shape] }],
    outputs: [{ name: output.name, type: 'float32', shape: ['batch', ...result.shape.slice(1)] }],
    metadata,
  });
  assertFits(model);
  return model.bytes();
}

/** A leaf's numbers. One number for the whole batch (zeros of its shape) is no constant of that size. */
function constantOf({ values, shape, dtype }: Node, emit: Emitter, batch: number): Value {
  if (!isNative(dtype) || values === null) throw onnxError('FSAE_ONNX_EXPORT', { reason: `it uses a ${dtype} tensor` });
  const numbers = values as Float32Array;
  if (!shape.some((extent) => isOf(batch, extent))) return emit.graph.initializer(numbers, shape, dtype);
  const [first = 0] = numbers;
  if (sizeOf(shape) !== numbers.length || !numbers.every((number) => number === first)) {
    throw onnxError('FSAE_ONNX_EXPORT', { reason: 'it holds different numbers for each picture of a batch' });
  }
  return emit.graph.scalar(first, dtype);
}
