import type { OptimizerFactory } from './optimizer.js';

export type Availability =
  | { readonly ok: true; readonly detail?: string }
  | { readonly ok: false; readonly reason: string; readonly install: string };

export interface BackendOptions {
  readonly threads?: number;
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
}
