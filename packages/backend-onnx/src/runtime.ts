import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { onnxError, reasonOf } from './errors.js';

/** A tensor as the native binding reads it: properties only, no methods. */
export interface NativeTensor {
  readonly type: 'float32' | 'int32' | 'bool' | 'int64';
  readonly dims: readonly number[];
  readonly location: 'cpu';
  data: unknown;
}

export interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  /** Synchronous: the public `run` is this call behind a tick. */
  run(feeds: Record<string, NativeTensor>, fetches: Record<string, NativeTensor | null>, options: object): object;
  dispose(): void;
}

export interface Runtime {
  readonly version: string;
  readonly folder: string;
  createSession(): NativeSession;
}

interface Binding {
  binding: { InferenceSession: new () => NativeSession };
  /** Since 1.20. */
  initOrt?: () => void;
}

let loaded: Runtime | undefined;

/**
 * Loads the native binding, once. A project's own onnxruntime-node (a newer one, say) comes before the version this
 * package depends on. The binding's synchronous `run` is not public API but the same since 1.14; it is what makes
 * `dataSync` possible.
 */
export function loadRuntime(): Runtime {
  loaded ??= findRuntime([join(process.cwd(), 'package.json'), import.meta.url]);
  return loaded;
}

/**
 * The first usable onnxruntime-node as seen from these files.
 *
 * @throws FSAE_ONNX_LIBRARY
 */
export function findRuntime(bases: readonly string[]): Runtime {
  const failures: string[] = [];
  for (const base of bases) {
    const require = createRequire(base);
    let manifest: string;
    try {
      manifest = require.resolve('onnxruntime-node/package.json');
    } catch {
      continue;
    }
    const { version } = require(manifest) as { version: string };
    const folder = dirname(manifest);
    if (!isSupported(version)) {
      failures.push(`onnxruntime-node ${version} in ${folder} is too old`);
      continue;
    }
    try {
      const { binding, initOrt } = require(join(folder, 'dist', 'binding.js')) as Binding;
      initOrt?.();
      return { version, folder, createSession: () => new binding.InferenceSession() };
    } catch (error) {
      failures.push(`onnxruntime-node ${version}: ${reasonOf(error)}`);
    }
  }
  throw onnxError('FSAE_ONNX_LIBRARY', {
    reason: failures.join('; ') || 'onnxruntime-node is not installed',
    platform: `${process.platform} ${process.arch}, Node ${process.version}`,
  });
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 17);
}
