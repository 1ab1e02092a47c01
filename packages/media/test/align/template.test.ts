import { expect, test } from 'vitest';
import { apply, scaleOf } from '../../src/align/similarity.js';
import { ARCFACE_FRAME, alignment, fivePoints, frameOf } from '../../src/align/template.js';
import { sceneOf } from '../scene.js';

test('a margin makes the face smaller and leaves it in the middle', () => {
  const [tight, loose] = [frameOf(0), frameOf(0.5)];
  const distance = (frame: typeof tight) => frame[1]![0] - frame[0]![0];
  expect(distance(tight)).toBeCloseTo((73.5318 - 38.2946) / 98, 6);
  expect(distance(loose)).toBeCloseTo(distance(tight) / 2, 6);
  expect(ARCFACE_FRAME[0]![0]).toBeCloseTo(0.3419, 4);
});

test('the five points of a face fall on the frame, whatever its size and tilt', async () => {
  const cast = [
    { person: 1, at: [120, 90] as const, side: 100 },
    { person: 1, at: [300, 200] as const, side: 173, roll: 38 },
  ];
  const { faces } = await sceneOf(400, 300, cast);
  const [upright, tilted] = faces.map(({ landmarks }) => alignment(landmarks, frameOf(0.2), 128));
  expect(scaleOf(tilted!) / scaleOf(upright!)).toBeCloseTo(1.73, 4);
  expect((Math.atan2(tilted!.b, tilted!.a) - Math.atan2(upright!.b, upright!.a)) * (180 / Math.PI)).toBeCloseTo(38, 4);
  for (const [i, face] of faces.entries()) {
    const five = fivePoints(face.landmarks);
    const errors = frameOf(0.2).map(([x, y], k) => {
      const [px, py] = apply([upright, tilted][i]!, [128 * x, 128 * y]);
      return Math.hypot(px - five[k]![0], py - five[k]![1]) / scaleOf([upright, tilted][i]!);
    });
    // Nobody's face is the template's: 5 of 128 pixels is a person, more would be another point.
    expect(Math.max(...errors)).toBeLessThan(8);
  }
});
