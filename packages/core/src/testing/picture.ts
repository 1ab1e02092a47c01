import type { RandomStream } from '../contracts/index.js';
import { createRandom } from '../training/random.js';

/** Waves that make up a picture: enough structure for windows and networks, no symmetry. */
const WAVES = 6;

/** Sample `sample` of an identity as [size, size, 3] in 0.2..0.8: what lies around the values has room for a change. */
export function pictureOf(identity: string, sample: number, size: number, purpose = 'target', seed = 1): Float32Array {
  const stream = createRandom(seed).stream(`${purpose}/${identity}`, sample);
  const waves = Array.from({ length: WAVES }, () => ({
    down: 6 * stream.normal(),
    across: 6 * stream.normal(),
    phase: 2 * Math.PI * stream.uniform(),
    colour: [stream.normal(), stream.normal(), stream.normal()],
  }));
  const picture = new Float32Array(size * size * 3);
  for (let pixel = 0; pixel < size * size; pixel++) {
    const [row, column] = [Math.floor(pixel / size), pixel % size];
    const sum = [0, 0, 0];
    for (const { down, across, phase, colour } of waves) {
      const height = Math.sin((down * row + across * column) / size + phase);
      colour.forEach((share, channel) => {
        sum[channel]! += share * height;
      });
    }
    sum.forEach((value, channel) => {
      picture[pixel * 3 + channel] = 0.5 + 0.28 * Math.tanh(0.4 * value) + 0.02 * noise(stream);
    });
  }
  return picture;
}

/** A soft ellipse somewhere around the middle, [size, size, 1] in 0..1. */
export function maskOf(identity: string, sample: number, size: number, seed = 1): Float32Array {
  const stream = createRandom(seed).stream(`mask/${identity}`, sample);
  const [x, y] = [0.5 + 0.1 * noise(stream), 0.5 + 0.1 * noise(stream)];
  const [width, height] = [0.3 + 0.05 * noise(stream), 0.35 + 0.05 * noise(stream)];
  return Float32Array.from({ length: size * size }, (_, i) => {
    const across = ((i % size) + 0.5) / size - x;
    const down = (Math.floor(i / size) + 0.5) / size - y;
    return Math.min(1, Math.max(0, 4 * (1.1 - Math.hypot(across / width, down / height))));
  });
}

/** 68 points as x, y in 0..1. */
export function landmarksOf(identity: string, sample: number, seed = 1): Float32Array {
  const stream = createRandom(seed).stream(`landmarks/${identity}`, sample);
  return Float32Array.from({ length: 68 * 2 }, () => 0.5 + 0.3 * noise(stream));
}

function noise(stream: RandomStream): number {
  return 2 * stream.uniform() - 1;
}
