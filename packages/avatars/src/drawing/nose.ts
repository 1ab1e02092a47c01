import { tint } from '../colour.js';
import { closed, open } from '../curve.js';
import { mix, type Point } from '../head.js';
import type { Person } from '../person.js';
import type { Pose } from '../pose.js';
import type { Shape } from '../shape.js';
import { decimal, ellipse, path, stroke } from './svg.js';

export function drawNose({ skin, nose: { width } }: Person, pose: Pose, { nose }: Shape): string {
  const { bridge, tip, base } = nose;
  const [left, right] = nose.wings;
  const between = (a: Point, b: Point, dx: number): Point => [mix(a[0], b[0], 0.55) + dx, mix(a[1], b[1], 0.55)];
  return [
    path(closed([bridge, between(bridge, right, 0.6), right, base, left, between(bridge, left, -0.6)]), {
      fill: skin.shade,
      opacity: 0.3,
    }),
    stroke(
      open([left, [mix(left[0], base[0], 0.6), base[1]], base, [mix(right[0], base[0], 0.6), base[1]], right]),
      tint(skin.shade, -0.3),
      1.7,
      { opacity: 0.85 },
    ),
    ellipse([tip[0], tip[1] - 1.4], width * 0.85, width * 0.8, { fill: tint(skin.base, 0.1) }),
    ellipse([tip[0] + pose.lightX * 1.2, tip[1] - 2.2], 2, 1.7, { fill: 'url(#shine)' }),
    stroke(
      `M${decimal(bridge[0])} ${decimal(bridge[1])}L${decimal(tip[0])} ${decimal(tip[1] - 3)}`,
      tint(skin.base, 0.8),
      1.6,
      {
        opacity: 0.2,
      },
    ),
  ].join('');
}
