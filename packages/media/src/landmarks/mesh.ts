import type { Point } from '../contracts.js';

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

/** FACEMESH_FACE_OVAL of MediaPipe: the contour, clockwise from the middle of the forehead. */
const OVAL = [
  ...[10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377],
  ...[152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109],
];

export const landmarksOf = (mesh: readonly Point[]): Point[] => VERTICES.map((vertex) => mesh[vertex]!);
export const ovalOf = (mesh: readonly Point[]): Point[] => OVAL.map((vertex) => mesh[vertex]!);
/** Middles of the eyes, for the face's tilt. */
export const eyesOf = (mesh: readonly Point[]): readonly [Point, Point] => [
  between(mesh[33]!, mesh[133]!),
  between(mesh[362]!, mesh[263]!),
];

const between = ([ax, ay]: Point, [bx, by]: Point): Point => [(ax + bx) / 2, (ay + by) / 2];
