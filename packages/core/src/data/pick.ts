import type { Random } from '../contracts/index.js';
import { permutation } from './permutation.js';

/** Which face a slot of a step shows: an index in 0..count-1. */
export type Pick = (step: number, slot: number) => number;

/**
 * Every face once per epoch, in an order that is a function of (seed, identity, epoch) alone. Steps count from 1. The two epochs used last are remembered, as a batch may straddle them.
 */
export function pickFaces(random: Random, identity: number, count: number, batchSize: number): Pick {
  const orders = new Map<number, Uint32Array>();
  return (step, slot) => {
    const sample = (step - 1) * batchSize + slot;
    const epoch = Math.floor(sample / count);
    let order = orders.get(epoch);
    if (!order) {
      order = permutation(count, random.stream('pick', identity, epoch));
      orders.set(epoch, order);
      if (orders.size > 2) orders.delete(orders.keys().next().value!);
    }
    return order[sample % count]!;
  };
}
