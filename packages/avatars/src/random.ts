import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers that belong to their counters alone: the same counters give the same numbers, in any order and any process. */
export interface Stream {
  /** In [0, 1). */
  uniform(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
}

export function createStream(...counters: readonly number[]): Stream {
  const generator = xoroshiro128plus(hash(counters));
  const uniform = () => (generator.next() >>> 0) / 2 ** 32;
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    chance: (probability) => uniform() < probability,
    pick: (items) => items[Math.floor(uniform() * items.length)] ?? items[0],
  };
}

/** MurmurHash3 (32 bit) of the counters: neighbouring seeds of xoroshiro128+ alone start with neighbouring numbers. */
function hash(counters: readonly number[]): number {
  let state = 0x2f6e2b1;
  for (const counter of counters) {
    let k = Math.imul(counter | 0, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    state ^= k;
    state = (Math.imul((state << 13) | (state >>> 19), 5) + 0xe6546b64) | 0;
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return state ^ (state >>> 16);
}
