import * as tf from '@tensorflow/tfjs';

/** Points x, y, z of MediaPipe's face mesh. */
export const MESH_POINTS = 468;

/** The vertex of the mesh that lies nearest to each of iBUG's 68 points, as commonly used; the outline is the least exact. */
const VERTICES = [
  ...[162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389],
  ...[71, 63, 105, 66, 107, 336, 296, 334, 293, 301],
  ...[168, 197, 5, 4, 75, 97, 2, 326, 305],
  ...[33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380],
  ...[61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87],
];

/**
 * [1404, 136]: carries 468 points x, y, z in pixels of a face of `side` pixels to 68 points x, y in 0..1 of the face. A
 * product and no gather: not every backend has the gradient of that. The caller disposes it.
 */
export function meshToPoints(side: number): tf.Tensor2D {
  const values = new Float32Array(MESH_POINTS * 3 * VERTICES.length * 2);
  for (const [point, vertex] of VERTICES.entries()) {
    for (const axis of [0, 1]) values[(3 * vertex + axis) * 2 * VERTICES.length + 2 * point + axis] = 1 / side;
  }
  return tf.tensor2d(values, [MESH_POINTS * 3, VERTICES.length * 2]);
}
