import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Random, RandomStream } from '../contracts/index.js';

/** Counter-based randomness: every stream is a fresh generator whose seed is a hash of (seed, purpose, counters). */
export function createRandom(seed: number): Random {
  return { seed, stream: (purpose, ...counters) => createStream(hash(seed, purpose, counters)) };
}

function createStream(seed: number): RandomStream {
  const generator = xoroshiro128plus(seed);
  const word = () => generator.next() >>> 0;
  let spare: number | undefined;
  const uniform = () => word() / 2 ** 32;
  return {
    uniform,
    integer: (below) => Math.floor(uniform() * below),
    normal: () => {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      // 1 - uniform() is in (0, 1]: the logarithm stays finite.
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/** MurmurHash3's 32-bit mixing over the seed, the purpose's characters and the counters. */
function hash(seed: number, purpose: string, counters: readonly number[]): number {
  let state = mix(0x9747b28c, seed | 0);
  for (let i = 0; i < purpose.length; i++) state = mix(state, purpose.charCodeAt(i));
  state = mix(state, purpose.length);
  for (const counter of counters) state = mix(mix(state, counter | 0), Math.floor(counter / 2 ** 32) | 0);
  state ^= state >>> 16;
  state = Math.imul(state, 0x85ebca6b);
  state ^= state >>> 13;
  state = Math.imul(state, 0xc2b2ae35);
  return state ^ (state >>> 16);
}

function mix(state: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  k = Math.imul(k, 0x1b873593);
  state ^= k;
  state = (state << 13) | (state >>> 19);
  return (Math.imul(state, 5) + 0xe6546b64) | 0;
}
