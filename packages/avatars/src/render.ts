import type { Sharp } from 'sharp';
import { drawMaskSvg, drawSvg } from './drawing/scene.js';
import type { Person } from './person.js';
import type { Pose } from './pose.js';

/** RGB bytes, size * size * 3, row by row. */
export const render = async (person: Person, pose: Pose, size: number): Promise<Uint8Array> =>
  pixels((await rasterise(drawSvg(person, pose, size))).removeAlpha());

/** 0..255, size * size: the face within its outline. */
export const renderMask = async (person: Person, pose: Pose, size: number): Promise<Uint8Array> =>
  pixels((await rasterise(drawMaskSvg(person, pose, size))).extractChannel(0));

// Loaded on first use: parameters, landmarks and SVG text need no native module.
async function rasterise(svg: string): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg));
}

async function pixels(image: Sharp): Promise<Uint8Array> {
  const bytes = await image.raw().toBuffer();
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
