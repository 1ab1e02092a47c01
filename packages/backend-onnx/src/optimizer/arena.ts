import { onnxError, reasonOf } from '../errors.js';
import { type AdamKernel, instantiateAdam } from './adam-wasm.js';

/** A weight's places in the arena: views of the same length in each region. */
export interface Slot {
  readonly arena: Arena;
  /** Byte offset within each region. */
  readonly offset: number;
  readonly bytes: number;
  readonly weights: Float32Array;
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
  readonly gradients: Float32Array;
  /** Absent when no average is kept. */
  readonly average: Float32Array | undefined;
}

/** One WebAssembly memory: weights, moments, gradients and average as regions of equal layout. */
export interface Arena {
  readonly kernel: AdamKernel;
  readonly regionBytes: number;
}

/** Cache lines: onnxruntime reads weights and writes gradients here with aligned vector loads. */
const ALIGNMENT = 64;
const PAGE = 65536;
/** WebAssembly addresses 4 GiB; some of it stays free. */
const LARGEST = 3.75 * 2 ** 30;

/** Lays out slots for weights of the given sizes, in as many memories as their bytes need. */
export function allocateSlots(sizes: readonly number[], withAverage: boolean): Slot[] {
  const regions = withAverage ? 5 : 4;
  const slots: Slot[] = [];
  for (let from = 0; from < sizes.length; ) {
    let to = from;
    let bytes = 0;
    while (to < sizes.length && (to === from || (bytes + padded(sizes[to]!)) * regions <= LARGEST)) {
      bytes += padded(sizes[to++]!);
    }
    slots.push(...fill(sizes.slice(from, to), bytes, regions));
    from = to;
  }
  return slots;
}

const padded = (size: number): number => Math.ceil((size * 4) / ALIGNMENT) * ALIGNMENT;

function fill(sizes: readonly number[], regionBytes: number, regions: number): Slot[] {
  const memory = allocate(regionBytes * regions);
  const arena = { kernel: instantiateAdam(memory), regionBytes };
  let offset = 0;
  return sizes.map((size) => {
    const view = (region: number) => new Float32Array(memory.buffer, region * regionBytes + offset, size);
    const slot = {
      arena,
      offset,
      bytes: padded(size),
      weights: view(0),
      moment1: view(1),
      moment2: view(2),
      gradients: view(3),
      average: regions === 5 ? view(4) : undefined,
    };
    offset += slot.bytes;
    return slot;
  });
}

/** Never grown: growing would detach every view. */
function allocate(bytes: number): WebAssembly.Memory {
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (error) {
    throw onnxError('FSAE_ONNX_OUT_OF_MEMORY', { bytes, purpose: `the optimizer's state (${reasonOf(error)})` }, error);
  }
}
