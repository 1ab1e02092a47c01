import * as tf from '@tensorflow/tfjs';
import type { Groups } from './options.js';

/** First index and end of each group of the 68 points of iBUG 300-W (Sagonas et al. 2013). */
const GROUPS: Readonly<Record<keyof Groups, readonly [first: number, end: number]>> = {
  contour: [0, 17],
  brows: [17, 27],
  nose: [27, 36],
  eyes: [36, 48],
  mouth: [48, 68],
};

export const POINTS = 68;

/** The outer corners of the eyes, left and right in the picture. */
const OUTER_CORNERS = [36, 45] as const;

/** In sides of the picture. A face seen from the side would make any error huge. */
const SMALLEST_FACE = 0.05;

/** The share of each point, [68, 1]: a group's weight spread over its points; all of them sum to 1. */
export function pointShares(groups: Required<Groups>): number[][] {
  const total = Object.values(groups).reduce((sum, weight) => sum + weight, 0);
  const shares = Array.from({ length: POINTS }, () => [0]);
  for (const [group, [first, end]] of Object.entries(GROUPS)) {
    for (let point = first; point < end; point++) {
      shares[point] = [groups[group as keyof Groups] / total / (end - first)];
    }
  }
  return shares;
}

/** Mean squared distance of points a and b [batch, 68, 2], each point with its share -> [batch]. */
export function squaredDistance(a: tf.Tensor3D, b: tf.Tensor3D, shares: number[][]): tf.Tensor1D {
  return tf.sum<tf.Tensor1D>(tf.mul(tf.square(tf.sub(a, b)), shares), [1, 2]);
}

/** The unit of 300-W: the distance of the eyes' outer corners, at least 0.05 sides of the picture. [batch, 68, 2] -> [batch, 1, 1]. */
export function faceSize(landmarks: tf.Tensor3D): tf.Tensor3D {
  const [left, right] = OUTER_CORNERS.map((corner) => tf.slice(landmarks, [0, corner, 0], [-1, 1, -1])) as [
    tf.Tensor3D,
    tf.Tensor3D,
  ];
  return tf.maximum(tf.norm(tf.sub(right, left), 'euclidean', 2, true), SMALLEST_FACE);
}
