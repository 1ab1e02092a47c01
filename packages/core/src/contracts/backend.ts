import type { Tensor4D, TensorInfo } from '@tensorflow/tfjs';
import type { OptimizerFactory } from './optimizer.js';
import type { Shape } from './part.js';

export type Availability =
  | { readonly ok: true; readonly detail?: string }
  | { readonly ok: false; readonly reason: string; readonly install: string };

export interface BackendOptions {
  readonly threads?: number;
}

/** What a file outside of TensorFlow.js is to compute, and what it says of itself. */
export interface OnnxProgram {
  /** Without the batch axis, which comes first and may be of any length; float32. */
  readonly input: { readonly name: string; readonly shape: Shape };
  readonly output: { readonly name: string };
  /** Keys and values of the file's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  run(x: Tensor4D): Tensor4D;
}

/** A TensorFlow.js backend and how it is found. One per process: tfjs keeps it global. */
export interface BackendProvider {
  readonly name: string;
  /** Same graph, same machine, same bits. */
  readonly deterministic: boolean;
  /** Cheap and without side effects on tfjs: is it installed, does it load here? */
  available(): Promise<Availability>;
  /** Registers it with tfjs if need be and makes it the current backend. */
  activate(options?: BackendOptions): Promise<void>;
  /** Fused where the backend can; core's own runs everywhere. */
  readonly optimizer?: OptimizerFactory;
  /**
   * The values of these tensors stay as they are until they are disposed: networks that are only run, not trained. A
   * backend that compiles may compile them in. It must be active.
   */
  freeze?(tensors: readonly TensorInfo[]): void;
  /** The bytes of an ONNX file that computes what the program does, where the backend can write one. It must be active. */
  toOnnx?(program: OnnxProgram): Uint8Array;
}
