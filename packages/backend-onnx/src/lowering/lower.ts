import { onnxError } from '../errors.js';
import type { Schedule } from '../schedule.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import type { Emitter, LoweringTable } from './emitter.js';
import { matmul } from './matmul.js';
import { pooling } from './pooling.js';
import { reduction } from './reduction.js';
import { shape } from './shape.js';

const lowerings: LoweringTable = { ...elementwise, ...reduction, ...convolution, ...pooling, ...matmul, ...shape };

/** Lowers every pending node of the schedule in order. */
export function lower({ order }: Schedule, emit: Emitter): void {
  for (const node of order) {
    if (emit.has(node)) continue;
    const lowering = lowerings[node.op];
    if (lowering === undefined) {
      throw onnxError('FSAE_ONNX_SESSION', { operations: node.op, reason: 'there is no lowering for it' });
    }
    emit.set(node, lowering(node, emit));
  }
}
