import { tint } from '../colour.js';
import { closed, open } from '../curve.js';
import type { Point } from '../head.js';
import type { Person } from '../person.js';
import type { Pose } from '../pose.js';
import { chinDrop, type Shape, sides } from '../shape.js';
import { ellipse, path, stroke } from './svg.js';

const freckles: readonly Point[] = [
  [8, 3.6],
  [11, 6],
  [15, 4],
  [17, 7.5],
];

/** What lies on the skin under the features: blush, freckles, stubble, lines. */
export function drawSkin(person: Person, pose: Pose, shape: Shape): string {
  const { surface } = shape.projection;
  const parts = sides.map((side) => ellipse(surface(side * 15, 9 - pose.smile * 1.2), 8, 6, { fill: 'url(#blush)' }));
  if (person.freckles)
    for (const side of sides)
      for (const [x, y] of freckles)
        parts.push(ellipse(surface(side * x, y), 0.75, 0.75, { fill: '#a8603e', opacity: 0.55 }));
  if (person.stubble > 0) parts.push(drawStubble(person, pose, shape));
  if (person.lines > 0) parts.push(drawLines(person, pose, shape));
  return parts.join('');
}

function drawStubble({ head, hair, stubble }: Person, pose: Pose, { projection }: Shape): string {
  const drop = chinDrop(pose);
  const half = (s: number): Point[] =>
    [
      [s * (head.cheek - 1), -3, 7] as const,
      [s * (head.jaw + 1.5), 13, 9] as const,
      [s * (head.jaw - 0.5), 21 + drop * 0.5, 12] as const,
      [s * head.chinWidth, head.chin + 0.2 + drop, 15] as const,
    ].map(projection.outline);
  const upper = (
    [
      [head.cheek - 5, 0],
      [16, 11 - pose.smile],
      [9, 12.6],
      [0, 13.4],
      [-9, 12.6],
      [-16, 11 - pose.smile],
      [5 - head.cheek, 0],
    ] satisfies Point[]
  ).map(([x, y]) => projection.surface(x, y, 1));
  const chin = projection.outline([0, head.chin + 1.4 + drop, 16.5]);
  return path(closed([...half(-1), chin, ...half(1).reverse(), ...upper]), { fill: hair.base, opacity: stubble });
}

/** From the nose to the mouth and under the eyes; a smile deepens and spreads the former. */
function drawLines({ skin, lines, nose, eyes }: Person, pose: Pose, { projection: { surface } }: Shape): string {
  const colour = tint(skin.shade, -0.25);
  return sides
    .map((s) => {
      const spread = 1 + pose.smile * 1.4;
      const fold = open([
        surface(s * (nose.width + 2), 9.5, 1),
        surface(s * (12.4 + spread), 14, 1),
        surface(s * (13 + spread), 20, 1),
      ]);
      const bag = open([
        surface(s * (eyes.x - 4), eyes.y + 6),
        surface(s * eyes.x, eyes.y + 7.6),
        surface(s * (eyes.x + 5), eyes.y + 6.4),
      ]);
      return stroke(fold, colour, 1.1, { opacity: 0.55 * lines }) + stroke(bag, colour, 0.9, { opacity: 0.4 * lines });
    })
    .join('');
}
