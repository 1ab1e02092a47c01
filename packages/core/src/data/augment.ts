import type { AugmentConfig } from '../config/define.js';
import type { Face, RandomStream } from '../contracts/index.js';
import { drawAffine } from './augment/affine.js';
import { mixColours } from './augment/colour.js';
import { mirrorLandmarks, mirrorPicture } from './augment/mirror.js';
import { type Resampling, resample } from './augment/sampling.js';
import { drawWarp } from './augment/warp.js';

/** One face as a step sees it: pictures size * size * 3 and mask size * size in 0..1, row by row; landmarks as x, y in 0..1. */
export interface Augmented {
  /** What the encoder sees. */
  readonly input: Float32Array;
  /** What must come out. Mask and landmarks are the target's. */
  readonly target: Float32Array;
  readonly mask?: Float32Array;
  readonly landmarks?: Float32Array;
}

/**
 * Mirrors and moves a face as a whole (input, target, mask and landmarks alike), then warps the input and mixes its
 * colours. A function of its arguments: the same stream gives the same bits.
 *
 * @param into where to write, for who has the memory already; fresh arrays when left out.
 */
export function augment(
  face: Face,
  size: number,
  options: Required<AugmentConfig>,
  stream: RandomStream,
  into: Augmented = room(face, size),
): Augmented {
  const { input, target, mask, landmarks } = into;
  scale(face.image, target);
  if (mask && face.mask) scale(face.mask, mask);
  if (landmarks && face.landmarks) landmarks.set(face.landmarks);

  if (options.flip > 0 && stream.uniform() < options.flip) {
    mirrorPicture(target, size, 3);
    if (mask) mirrorPicture(mask, size, 1);
    if (landmarks) mirrorLandmarks(landmarks);
  }
  const { rotate = 0, scale: zoom = 0, shift = 0 } = options.affine;
  if (rotate > 0 || zoom > 0 || shift > 0) {
    const { resampling, move } = drawAffine(size, options.affine, stream);
    resampleInPlace(target, size, 3, resampling, input);
    if (mask) resampleInPlace(mask, size, 1, resampling, input);
    if (landmarks) move(landmarks);
  }

  if (options.warp > 0) resample(target, size, 3, drawWarp(options.warpRecipe, size, options.warp, stream), input);
  else input.set(target);
  if (options.colour > 0) mixColours(input, options.colour, stream);
  return into;
}

function room(face: Face, size: number): Augmented {
  return {
    input: new Float32Array(size * size * 3),
    target: new Float32Array(size * size * 3),
    ...(face.mask && { mask: new Float32Array(size * size) }),
    ...(face.landmarks && { landmarks: new Float32Array(face.landmarks.length) }),
  };
}

function scale(bytes: Uint8Array, out: Float32Array): void {
  for (let i = 0; i < bytes.length; i++) out[i] = bytes[i]! / 255;
}

/** `scratch` (the input's memory, written last) holds the source meanwhile. */
function resampleInPlace(
  picture: Float32Array,
  size: number,
  channels: number,
  resampling: Resampling,
  scratch: Float32Array,
): void {
  scratch.set(picture);
  resample(scratch, size, channels, resampling, picture);
}
