import { tint } from '../colour.js';
import { open } from '../curve.js';
import type { Person } from '../person.js';
import type { Pose } from '../pose.js';
import type { Shape } from '../shape.js';
import { clip, ellipse, group, path, stroke } from './svg.js';

export function drawMouth({ mouth: { colour } }: Person, pose: Pose, { mouth }: Shape): string {
  const [tx, ty] = mouth.upperTeeth;
  const [x, y] = mouth.tongue;
  const shows = pose.open > 0.06 || pose.smile > 0.2;
  return [
    path(mouth.lips, { fill: colour }),
    ellipse(mouth.gloss, 3.6, 0.9, { fill: '#fff', opacity: 0.28 }),
    path(mouth.inside, { fill: '#3a0f14' }),
    shows
      ? clip('mouth', mouth.inside) +
        group(
          { 'clip-path': 'url(#mouth)' },
          ellipse([tx, ty - 0.6], mouth.width * 0.85, 1.2 + pose.open * 2.2, { fill: '#f6f1ea' }),
          ellipse([x, y + 0.6], mouth.width * 0.55, mouth.gap * 0.34, { fill: '#c9565b' }),
        )
      : '',
    stroke(open(mouth.inside.points.slice(0, 5)), tint(colour, -0.5), 1, { 'stroke-linecap': 'butt' }),
  ].join('');
}
