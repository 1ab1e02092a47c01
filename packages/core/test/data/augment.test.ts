import { expect, test } from 'vitest';
import type { AugmentConfig } from '../../src/config/define.js';
import type { Face } from '../../src/contracts/index.js';
import { affine } from '../../src/data/augment/affine.js';
import { mirrorLandmarks } from '../../src/data/augment/mirror.js';
import { resample } from '../../src/data/augment/sampling.js';
import { augment } from '../../src/data/augment.js';
import { createRandom } from '../../src/training/random.js';

const none: Required<AugmentConfig> = { warp: 0, warpRecipe: 'similarity', affine: {}, flip: 0, colour: 0 };
const random = createRandom(1);
const size = 16;

/** Every pixel another colour; landmarks anywhere. */
const face: Face = {
  image: Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 7) % 256),
  mask: Uint8Array.from({ length: size * size }, (_, i) => i % 256),
  landmarks: Float32Array.from({ length: 136 }, (_, i) => i / 136),
};
const floats = (bytes: Uint8Array) => Float32Array.from(bytes, (byte) => byte / 255);

test('without augmentation the face comes out as it is, input and target in memory of their own', () => {
  const { input, target, mask, landmarks } = augment(face, size, none, random.stream('a'));
  expect(target).toEqual(floats(face.image));
  expect(input).toEqual(target);
  expect(input).not.toBe(target);
  expect(mask).toEqual(floats(face.mask!));
  expect(landmarks).toEqual(face.landmarks);
});

test('a mirrored face is mirrored as a whole', () => {
  const { input, target, mask, landmarks } = augment(face, size, { ...none, flip: 1 }, random.stream('a'));
  const image = floats(face.image);
  for (const [row, column] of [
    [0, 0],
    [3, 5],
    [15, 15],
  ] as const) {
    const here = 3 * (row * size + column);
    const there = 3 * (row * size + size - 1 - column);
    expect([...target.slice(here, here + 3)]).toEqual([...image.slice(there, there + 3)]);
    expect(mask![row * size + column]).toBe(floats(face.mask!)[row * size + size - 1 - column]);
  }
  expect(input).toEqual(target);
  // The outer corner of the eye on the left of the picture (36) was the one on its right (45).
  expect(landmarks![72]).toBeCloseTo(1 - face.landmarks![90]!, 6);
  expect(landmarks![73]).toBe(face.landmarks![91]);
});

test('the counterparts of the 68 points are those of a symmetric face, and mirroring twice changes nothing', () => {
  const symmetric = symmetricLandmarks();
  const mirrored = symmetric.slice();
  mirrorLandmarks(mirrored);
  for (const [i, value] of symmetric.entries()) expect(mirrored[i]).toBeCloseTo(value, 6);
  const twice = face.landmarks!.slice();
  mirrorLandmarks(twice);
  expect(twice).not.toEqual(face.landmarks);
  mirrorLandmarks(twice);
  for (const [i, value] of face.landmarks!.entries()) expect(twice[i]).toBeCloseTo(value, 6);
});

test('faces with another number of landmarks are not mirrored in silence', () => {
  const five: Face = { image: face.image, landmarks: new Float32Array(10) };
  expect(() => augment(five, size, { ...none, flip: 1 }, random.stream('a'))).toThrow(
    expect.objectContaining({ code: 'FSAE_DATA_LANDMARKS_MIRROR' }),
  );
});

test('flip is a probability', () => {
  const unchanged = floats(face.image)[0];
  const flipped = Array.from({ length: 2000 }, (_, i) => {
    return augment(face, size, { ...none, flip: 0.3 }, random.stream('flip', i)).target[0] !== unchanged;
  });
  expect(flipped.filter(Boolean).length / 2000).toBeCloseTo(0.3, 1);
});

test('landmarks and mask move with the picture: a dot stays on its landmark', () => {
  const large = 64;
  // A soft dot at (0.4, 0.3): its centre of mass is where the landmark has to be.
  const dot = Uint8Array.from({ length: large * large }, (_, i) => {
    const [x, y] = [((i % large) + 0.5) / large - 0.4, (Math.floor(i / large) + 0.5) / large - 0.3];
    return Math.round(255 * Math.exp(-(x * x + y * y) / (2 * 0.03 ** 2)));
  });
  // Point 27, the root of the nose, is its own counterpart.
  const landmarks = new Float32Array(136).fill(0.5);
  landmarks.set([0.4, 0.3], 2 * 27);
  const image = Uint8Array.from({ length: large * large * 3 }, (_, i) => dot[Math.floor(i / 3)]!);
  const options = { ...none, affine: { rotate: 20, scale: 0.1, shift: 0.1 }, flip: 0.5 };
  for (let i = 0; i < 20; i++) {
    const moved = augment({ image, mask: dot, landmarks }, large, options, random.stream('dot', i));
    const [x, y] = moved.landmarks!.subarray(54, 56);
    for (const [values, channels] of [
      [moved.mask!, 1],
      [moved.target, 3],
      [moved.input, 3],
    ] as const) {
      const [cx, cy] = centreOfMass(values, large, channels);
      expect(cx).toBeCloseTo(x!, 2);
      expect(cy).toBeCloseTo(y!, 2);
    }
  }
});

test('a quarter turn is exact: what was above the centre is on its right', () => {
  const { resampling, move } = affine(4, Math.PI / 2, 1, 0, 0);
  const out = new Float32Array(16);
  resample(
    Float32Array.from({ length: 16 }, (_, i) => i),
    4,
    1,
    resampling,
    out,
  );
  expect([...out].map(Math.round)).toEqual([12, 8, 4, 0, 13, 9, 5, 1, 14, 10, 6, 2, 15, 11, 7, 3]);
  const points = Float32Array.from([0.5, 0]);
  move(points);
  expect(points[0]).toBeCloseTo(1, 6);
  expect(points[1]).toBeCloseTo(0.5, 6);
});

test('warp and colour touch the input only', () => {
  const { input, target, mask, landmarks } = augment(face, size, { ...none, warp: 1, colour: 0.5 }, random.stream('a'));
  expect(target).toEqual(floats(face.image));
  expect(mask).toEqual(floats(face.mask!));
  expect(landmarks).toEqual(face.landmarks);
  expect(input).not.toEqual(target);
  expect(input.every((value) => value >= 0 && value <= 1)).toBe(true);
});

test('the same stream gives the same bits, another stream others', () => {
  const all = { ...none, warp: 1, affine: { rotate: 10, scale: 0.05, shift: 0.05 }, flip: 0.5, colour: 0.2 };
  const once = augment(face, size, all, random.stream('augment', 3, 0, 1));
  expect(augment(face, size, all, random.stream('augment', 3, 0, 1))).toEqual(once);
  expect(augment(face, size, all, random.stream('augment', 4, 0, 1))).not.toEqual(once);
});

function centreOfMass(values: Float32Array, side: number, channels: number): [number, number] {
  let [mass, x, y] = [0, 0, 0];
  for (let i = 0; i < side * side; i++) {
    const value = values[i * channels]!;
    mass += value;
    x += (value * ((i % side) + 0.5)) / side;
    y += (value * (Math.floor(i / side) + 0.5)) / side;
  }
  return [x / mass, y / mass];
}

/** A frontal face: each point and its counterpart at mirrored places, written down from the iBUG figure. */
function symmetricLandmarks(): Float32Array {
  const half: Record<number, [x: number, y: number]> = {};
  for (let i = 0; i < 8; i++) half[i] = [0.1 + 0.05 * i, 0.4 + 0.06 * i];
  for (let i = 17; i < 22; i++) half[i] = [0.15 + 0.05 * (i - 17), 0.3 - 0.01 * (i - 17)];
  Object.assign(half, { 31: [0.42, 0.6], 32: [0.46, 0.61] });
  Object.assign(half, {
    36: [0.22, 0.4],
    37: [0.26, 0.38],
    38: [0.32, 0.38],
    39: [0.36, 0.4],
    40: [0.32, 0.42],
    41: [0.26, 0.42],
  });
  Object.assign(half, { 48: [0.36, 0.75], 49: [0.4, 0.72], 50: [0.46, 0.71], 59: [0.4, 0.79], 58: [0.46, 0.8] });
  Object.assign(half, { 60: [0.38, 0.75], 61: [0.46, 0.74], 67: [0.46, 0.77] });
  const opposite: Record<number, number> = {
    31: 35,
    32: 34,
    36: 45,
    37: 44,
    38: 43,
    39: 42,
    40: 47,
    41: 46,
    48: 54,
    49: 53,
    50: 52,
    59: 55,
    58: 56,
    60: 64,
    61: 63,
    67: 65,
  };
  for (let i = 0; i < 8; i++) opposite[i] = 16 - i;
  for (let i = 17; i < 22; i++) opposite[i] = 43 - i;
  const points = new Float32Array(136);
  for (let i = 0; i < 68; i++) points.set([0.5, 0.3 + i / 200], 2 * i); // The middle line: chin, nose, lips.
  for (const [key, [x, y]] of Object.entries(half)) {
    points.set([x, y], 2 * Number(key));
    points.set([1 - x, y], 2 * opposite[Number(key)]!);
  }
  return points;
}
