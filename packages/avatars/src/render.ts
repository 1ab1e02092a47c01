import sharp, { type Sharp } from 'sharp';
import { drawMaskSvg, drawSvg } from './drawing/scene.js';
import type { Person } from './person.js';
import type { Pose } from './pose.js';

/** RGB bytes, size * size * 3, row by row. */
export const render = (person: Person, pose: Pose, size: number): Promise<Uint8Array> =>
  pixels(sharp(Buffer.from(drawSvg(person, pose, size))).removeAlpha());

/** 0..255, size * size: the face within its outline. */
export const renderMask = (person: Person, pose: Pose, size: number): Promise<Uint8Array> =>
  pixels(sharp(Buffer.from(drawMaskSvg(person, pose, size))).extractChannel(0));

async function pixels(image: Sharp): Promise<Uint8Array> {
  const bytes = await image.raw().toBuffer();
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
