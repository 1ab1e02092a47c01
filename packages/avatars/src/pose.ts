import { createStream } from './random.js';

/** Everything about a picture that is not the person: where the head turns, what the face does, how it is lit. */
export interface Pose {
  /** Turn to the image's right in radians. */
  readonly yaw: number;
  /** Nod downwards in radians. */
  readonly pitch: number;
  /** Tilt clockwise in degrees. */
  readonly roll: number;
  /** Mouth: 0 closed .. 1 wide open. */
  readonly open: number;
  /** Mouth corners: -1 down .. 1 up. */
  readonly smile: number;
  /** Eyelids: 0 open .. 1 shut. */
  readonly blink: number;
  /** Look: -1 left .. 1 right of the image. */
  readonly gazeX: number;
  /** Look: -1 up .. 1 down. */
  readonly gazeY: number;
  /** Brows: -1 drawn together .. 1 raised. */
  readonly brow: number;
  /** Side light: -1 from the left .. 1 from the right of the image. */
  readonly lightX: number;
  /** Overall light: -1 dark .. 1 bright. */
  readonly light: number;
}

export const neutral: Pose = {
  yaw: 0,
  pitch: 0,
  roll: 0,
  open: 0,
  smile: 0.3,
  blink: 0,
  gazeX: 0,
  gazeY: 0,
  brow: 0.1,
  lightX: 0.2,
  light: 0,
};

/** What `samplePose` covers: about as much as a face aligned by its eyes and mouth still moves. */
export const poseRanges: Readonly<Record<keyof Pose, readonly [low: number, high: number]>> = {
  yaw: [-0.36, 0.36],
  pitch: [-0.15, 0.15],
  roll: [-4, 4],
  open: [0, 1],
  smile: [-0.7, 1],
  blink: [0, 1],
  gazeX: [-0.8, 0.8],
  gazeY: [-0.6, 0.6],
  brow: [-0.7, 1],
  lightX: [-1, 1],
  light: [-1, 1],
};

const purpose = 0x706f7365;

/**
 * A pose as a pure function of the seed and any further counters, e.g. `samplePose(seed, index)`. Uniform over
 * `poseRanges`, except that a third of the mouths is closed and that eyes are either open or (15 %) nearly shut.
 */
export function samplePose(seed: number, ...counters: readonly number[]): Pose {
  const stream = createStream(purpose, seed, ...counters);
  const within = (name: keyof Pose) => stream.between(...poseRanges[name]);
  return {
    yaw: within('yaw'),
    pitch: within('pitch'),
    roll: within('roll'),
    open: stream.chance(0.35) ? 0 : within('open'),
    smile: within('smile'),
    blink: stream.chance(0.15) ? stream.between(0.7, 1) : stream.between(0, 0.25),
    gazeX: within('gazeX'),
    gazeY: within('gazeY'),
    brow: within('brow'),
    lightX: within('lightX'),
    light: within('light'),
  };
}
