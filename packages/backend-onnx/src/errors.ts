import { FsaeError, type Problem } from '@fsae/core';

/** The catalogue of this package. Codes are permanent; docs/reference/errors.md has a section for each. */
const problems = {
  FSAE_ONNX_LIBRARY: (d: { reason: string; platform: string }): Problem => ({
    what: 'The native library of onnxruntime-node could not be loaded.',
    expected: 'onnxruntime-node 1.17.0 or later with a binary for this platform',
    received: `${d.reason} (${d.platform})`,
    todo: 'Run `npm install onnxruntime-node@1.17.0`; on a platform without a binary use `backend: { use: "wasm" }`.',
  }),
  FSAE_ONNX_TWO_TFJS: (d: { version: string }): Problem => ({
    what: 'Two copies of @tensorflow/tfjs-core are loaded in this process; a backend cannot serve both.',
    expected: 'one copy, shared by the program and by @fsae/backend-onnx',
    received: `tfjs-core ${d.version} here, and tensors made by another copy`,
    todo: 'Run `npm ls @tensorflow/tfjs-core`, align the versions, then `npm dedupe`.',
  }),
  FSAE_ONNX_SESSION: (d: { operations: string; reason: string }): Problem => ({
    what: 'onnxruntime refused the graph that was recorded.',
    received: `${d.reason}; operations: ${d.operations}`,
    todo: 'Report it with this message; until then `backend: { use: "wasm" }` runs the same program.',
  }),
  FSAE_ONNX_OPERATION: (d: { operations: string; reason: string }): Problem => ({
    what: 'An operation failed inside onnxruntime.',
    received: `${d.reason}; operations: ${d.operations}`,
    todo: 'Check the values that go in (indices out of range?); `await tf.setBackend("cpu")` names the failing op.',
  }),
  FSAE_ONNX_GRAPH_TOO_LARGE: (d: { bytes: number }): Problem => ({
    what: 'The recorded graph does not fit an ONNX file.',
    expected: 'less than 2 GiB (the limit of protobuf)',
    received: `${(d.bytes / 2 ** 30).toFixed(2)} GiB`,
    todo: 'Read a tensor (`await x.data()`) more often, so that the work is done in smaller graphs.',
  }),
  FSAE_ONNX_OUT_OF_MEMORY: (d: { bytes: number; purpose: string }): Problem => ({
    what: `There is no memory left for ${d.purpose}.`,
    received: Number.isNaN(d.bytes) ? 'an allocation failed' : `${(d.bytes / 2 ** 20).toFixed(0)} MiB wanted`,
    todo: 'Use a smaller batch or picture, dispose tensors that are no longer used, or give the process more memory.',
  }),
  FSAE_ONNX_EXPORT: (d: { reason: string }): Problem => ({
    what: 'This model cannot be written as an ONNX file.',
    expected: 'operations that ONNX has, on a batch of any size, without reading values in between',
    received: d.reason,
    todo: 'Use `fsae swap` with this model, or ask the author of its encoder, bottleneck or decoder.',
  }),
} as const;

export type OnnxErrorCode = keyof typeof problems;

export function onnxError<C extends OnnxErrorCode>(
  code: C,
  details: Parameters<(typeof problems)[C]>[0],
  cause?: unknown,
): FsaeError {
  const problem = (problems[code] as (d: typeof details) => Problem)(details);
  return new FsaeError(code, problem, cause === undefined ? undefined : { cause });
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What onnxruntime threw while it loaded or ran a graph of `operations`. It says everything in text. */
export function onnxruntimeError(
  code: 'FSAE_ONNX_SESSION' | 'FSAE_ONNX_OPERATION',
  operations: string,
  error: unknown,
): FsaeError {
  const reason = reasonOf(error);
  const [, bytes] = /allocate memory for requested buffer of size (\d+)/i.exec(reason) ?? [];
  if (bytes === undefined && !/bad_alloc/.test(reason)) return onnxError(code, { operations, reason }, error);
  const details = { bytes: Number(bytes ?? Number.NaN), purpose: `a graph of ${operations}` };
  return onnxError('FSAE_ONNX_OUT_OF_MEMORY', details, error);
}
