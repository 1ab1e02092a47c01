import type { Random } from '../contracts/index.js';

/** Which face a slot of a step shows: an index in 0..count-1. */
export type Pick = (step: number, slot: number) => number;

/**
 * Every face once per epoch, in an order that is a function of (seed, identity, epoch) alone: Fisher-Yates (Durstenfeld
 * 1964). Steps count from 1. The two epochs used last are remembered, as a batch may straddle them.
 */
export function pickFaces(random: Random, identity: number, count: number, batchSize: number): Pick {
  const orders = new Map<number, Uint32Array>();
  return (step, slot) => {
    const sample = (step - 1) * batchSize + slot;
    const epoch = Math.floor(sample / count);
    let order = orders.get(epoch);
    if (!order) {
      order = shuffled(random, identity, epoch, count);
      orders.set(epoch, order);
      if (orders.size > 2) orders.delete(orders.keys().next().value!);
    }
    return order[sample % count]!;
  };
}

function shuffled(random: Random, identity: number, epoch: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  const stream = random.stream('pick', identity, epoch);
  for (let last = count - 1; last > 0; last--) {
    const other = stream.integer(last + 1);
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}
