import { fsaeError } from '../errors/catalogue.js';
import type { FsaeError } from '../errors/fsae-error.js';

/** What tfjs and its backends throw in their own words, as errors of the catalogue; undefined for anything else. */
export function explainBackendError(error: unknown): FsaeError | undefined {
  if (!(error instanceof Error)) return undefined;
  const missing =
    /Kernel '(\w+)' not registered for backend '(\w+)'|registered kernel '(\w+)' for backend '(\w+)'/.exec(
      error.message,
    );
  if (missing !== null) {
    const [, kernel = missing[3], name = missing[4]] = missing;
    return fsaeError('FSAE_BACKEND_KERNEL', { kernel: kernel as string, name: name as string }, error);
  }
  // TensorFlow, onnxruntime and V8, in this order.
  if (/OOM when allocating|bad_alloc|Failed to allocate memory|Array buffer allocation failed/.test(error.message)) {
    return fsaeError('FSAE_BACKEND_MEMORY', { name: 'in use' }, error);
  }
  return undefined;
}
