import type { Pose } from './pose.js';

export type Point = readonly [x: number, y: number];
export type Point3 = readonly [x: number, y: number, z: number];

/**
 * The one head that everybody has: an ellipsoid in a frame of 100 units whose origin is the head's centre (x right, y
 * down, z to the viewer). A person is a set of offsets on it, so a pose moves everybody's features alike.
 */
const ellipsoid = { x: 32, y: 41, depth: 27 };
const centre: Point = [50, 51];
const neck: Point = [50, 74];
export const camera = { zoom: 1.3, at: [50, 52.5] as Point };

/** How a pose projects points of the head; results are frame units before roll and camera. */
export interface Projection {
  /** A point on the face's surface, `lift` units above it. */
  surface(x: number, y: number, lift?: number): Point;
  /** A point of an outline. Outlines slide with yaw but hardly shrink: an ellipsoid's outline stays, only its front moves. */
  outline(point: Point3): Point;
}

export const mix = (from: number, to: number, share: number): number => from + (to - from) * share;

export function project(pose: Pick<Pose, 'yaw' | 'pitch'>): Projection {
  const [cosYaw, sinYaw] = [Math.cos(pose.yaw), Math.sin(pose.yaw)];
  const [cosPitch, sinPitch] = [Math.cos(pose.pitch), Math.sin(pose.pitch)];
  return {
    surface(x, y, lift = 0) {
      const z = ellipsoid.depth * Math.sqrt(Math.max(0.04, 1 - (x / ellipsoid.x) ** 2 - (y / ellipsoid.y) ** 2)) + lift;
      const turned = -x * sinYaw + z * cosYaw;
      const perspective = 1 + (-y * sinPitch + turned * cosPitch) / 320;
      return [
        centre[0] + (x * cosYaw + z * sinYaw) * perspective,
        centre[1] + (y * cosPitch + turned * sinPitch) * perspective,
      ];
    },
    outline: ([x, y, z]) => [
      centre[0] + x * mix(1, cosYaw, 0.25) + z * sinYaw,
      centre[1] + y * mix(1, cosPitch, 0.6) + z * sinPitch,
    ],
  };
}

/** SVG transform of everything that tilts with the head. */
export const rollTransform = (roll: number): string => `rotate(${roll.toFixed(2)} ${neck[0]} ${neck[1]})`;
/** SVG transform of the camera. */
export const cameraTransform = `translate(${centre[0]} ${centre[1]}) scale(${camera.zoom}) translate(${-camera.at[0]} ${-camera.at[1]})`;

/** The two transforms above on a point, from frame units to 0..1 of the picture. */
export function toPicture([x, y]: Point, roll: number): Point {
  const [cos, sin] = [Math.cos((roll * Math.PI) / 180), Math.sin((roll * Math.PI) / 180)];
  const [dx, dy] = [x - neck[0], y - neck[1]];
  const turned: Point = [neck[0] + dx * cos - dy * sin, neck[1] + dx * sin + dy * cos];
  return [
    (centre[0] + (turned[0] - camera.at[0]) * camera.zoom) / 100,
    (centre[1] + (turned[1] - camera.at[1]) * camera.zoom) / 100,
  ];
}
