import { drawSvg } from './drawing/scene.js';
import { landmarkParts, landmarksOf } from './landmarks.js';
import type { Person } from './person.js';
import type { Pose } from './pose.js';
import type { Box } from './regions.js';
import { render, renderMask } from './render.js';

/** A person in a pose, and everything that is true about the picture. */
export interface Avatar {
  readonly person: Person;
  readonly pose: Pose;
  /** 68 points in iBUG order as x, y pairs in 0..1. */
  readonly landmarks: Float32Array;
  /** Around both eyes, and around the lips, of this very picture. */
  readonly boxes: { readonly eyes: Box; readonly mouth: Box };
  svg(size: number): string;
  /** RGB bytes, size * size * 3. */
  image(size: number): Promise<Uint8Array>;
  /** 0..255, size * size. */
  mask(size: number): Promise<Uint8Array>;
  /** The true swap: somebody else in the same pose and light. */
  as(person: Person): Avatar;
}

export function avatar(person: Person, pose: Pose): Avatar {
  let landmarks: Float32Array | undefined;
  return {
    person,
    pose,
    // On first use: a dataset lists thousands of avatars before it draws one.
    get landmarks() {
      landmarks ??= landmarksOf(person, pose);
      return landmarks;
    },
    get boxes() {
      const { leftEye, rightEye, lips } = landmarkParts;
      return { eyes: boundingBox(this.landmarks, leftEye, rightEye), mouth: boundingBox(this.landmarks, lips) };
    },
    svg: (size) => drawSvg(person, pose, size),
    image: (size) => render(person, pose, size),
    mask: (size) => renderMask(person, pose, size),
    as: (other) => avatar(other, pose),
  };
}

const margin = 0.03;

function boundingBox(landmarks: Float32Array, ...parts: readonly (readonly [first: number, count: number])[]): Box {
  const points = parts.flatMap(([first, count]) => [...landmarks.subarray(first * 2, (first + count) * 2)]);
  const [x, y] = [points.filter((_, i) => i % 2 === 0), points.filter((_, i) => i % 2 === 1)];
  return {
    left: Math.min(...x) - margin,
    top: Math.min(...y) - margin,
    right: Math.max(...x) + margin,
    bottom: Math.max(...y) + margin,
  };
}
