import * as tf from '@tensorflow/tfjs';
import { fsaeError } from '../../errors/catalogue.js';
import { allocatorOf, type BackendWasm } from './heap.js';

const prepared = new WeakSet<BackendWasm>();

/** Mends two holes of the wasm backend, once per instance: allocations that fail silently, and complex numbers. */
export function prepareHeap(backend: BackendWasm): void {
  if (prepared.has(backend)) return;
  prepared.add(backend);
  refuseNullPointers(backend);
  readComplex(backend);
}

/** malloc rounds up and takes the size modulo 4 GiB: above this it would hand out memory that is not there. */
const LARGEST = 2 ** 32 - 2 ** 20;

/** malloc answers 0 when the heap is full; the backend would go on and write over address 0. */
function refuseNullPointers(backend: BackendWasm): void {
  const memory = allocatorOf(backend);
  // Emscripten's first call of a function replaces its entry in the module: let that happen before ours.
  memory._free(memory._malloc(1));
  const malloc = memory._malloc;
  memory._malloc = (bytes) => {
    const address = bytes <= LARGEST ? malloc(bytes) : 0;
    if (address === 0 && bytes > 0) throw fsaeError('FSAE_BACKEND_MEMORY', { name: 'wasm', bytes });
    return address;
  };
}

/** Complex tensors lie interleaved in the heap; the backend can store them but not read them. */
function readComplex(backend: BackendWasm): void {
  const memory = backend.wasm as unknown as { readonly HEAPU8: Uint8Array };
  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId, start, end): tf.backend_util.BackendValues => {
    const { dtype, memoryOffset, shape } = backend.dataIdMap.get(dataId);
    if (dtype !== 'complex64') return readSync(dataId, start, end);
    const size = tf.util.sizeFromShape(shape);
    const [from, to] = [start ?? 0, end ?? size];
    return new Float32Array(memory.HEAPU8.buffer, memoryOffset, 2 * size).slice(2 * from, 2 * to);
  };
}
