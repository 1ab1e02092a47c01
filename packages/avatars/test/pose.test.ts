import { expect, test } from 'vitest';
import { type Pose, poseRanges, samplePose } from '../src/index.js';

const poses = Array.from({ length: 4000 }, (_, index) => samplePose(7, index));
const values = (name: keyof Pose) => poses.map((pose) => pose[name]);
const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;

test('a pose is a function of seed and index, in whatever order it is asked for', () => {
  const backwards = Array.from({ length: 50 }, (_, i) => samplePose(7, 49 - i)).reverse();
  expect(backwards).toEqual(poses.slice(0, 50));
  expect(samplePose(8, 0)).not.toEqual(samplePose(7, 0));
  expect(samplePose(7, 1, 0)).not.toEqual(samplePose(7, 0, 1));
});

test('poses stay within their ranges and fill them', () => {
  for (const name of Object.keys(poseRanges) as (keyof Pose)[]) {
    const [low, high] = poseRanges[name];
    const list = values(name);
    const span = high - low;
    expect(Math.min(...list), name).toBeGreaterThanOrEqual(low);
    expect(Math.max(...list), name).toBeLessThan(high);
    expect(Math.min(...list), name).toBeLessThan(low + 0.02 * span);
    expect(Math.max(...list), name).toBeGreaterThan(high - 0.02 * span);
  }
});

test('a third of the mouths is closed, and an eye in seven is nearly shut', () => {
  expect(mean(values('open').map((open) => Number(open === 0)))).toBeCloseTo(0.35, 1);
  expect(mean(values('blink').map((blink) => Number(blink >= 0.7)))).toBeCloseTo(0.15, 1);
});

test('neither neighbouring indices nor two parameters of one pose are correlated', () => {
  const correlation = (a: readonly number[], b: readonly number[]) => {
    const [ma, mb] = [mean(a), mean(b)];
    const spread = (list: readonly number[], m: number) => Math.sqrt(mean(list.map((x) => (x - m) ** 2)));
    return mean(a.map((x, i) => (x - ma) * ((b[i] as number) - mb))) / (spread(a, ma) * spread(b, mb));
  };
  const yaw = values('yaw');
  // Three standard errors of a correlation over 4000 samples.
  const limit = 3 / Math.sqrt(poses.length);
  expect(Math.abs(correlation(yaw.slice(1), yaw.slice(0, -1)))).toBeLessThan(limit);
  expect(Math.abs(correlation(yaw, values('pitch')))).toBeLessThan(limit);
  const nextSeed = poses.map((_, index) => samplePose(8, index).yaw);
  expect(Math.abs(correlation(yaw, nextSeed))).toBeLessThan(limit);
});
