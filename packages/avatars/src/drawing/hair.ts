import { type Curve, closed, pathOf, quadraticPath } from '../curve.js';
import type { Point3, Projection } from '../head.js';
import type { Person } from '../person.js';
import type { Shape } from '../shape.js';
import { type Curl, type HairStyle, hairStyleOf } from './hair-styles.js';
import { ellipse, path, stroke } from './svg.js';

/** Hair in the two layers between which the face lies, and its outlines for the light that falls on it. */
export interface Hair {
  readonly ears: boolean;
  readonly behind: string;
  readonly front: string;
  readonly outlines: string;
}

const fill = 'url(#hair)';

export function drawHair({ hair }: Person, { projection }: Shape): Hair {
  const style = hairStyleOf(hair.style);
  const { outline } = projection;
  const behind = (style.tails ?? []).map((points) => pathOf(closed(points.map(outline))));
  if (style.back) behind.push(pathOf(closed(wholeBack(style.back).map(outline))));
  const front = style.front ? [pathOf(frontCurve(style.front, projection))] : [];
  const curls = (list: readonly Curl[] = []) => list.map((curl) => drawCurl(curl, hair.dark, hair.light, projection));
  return {
    ears: style.ears,
    behind: [...behind.map((d) => path(d, { fill })), ...curls(style.curls?.behind)].join(''),
    front: [
      ...front.map((d) => path(d, { fill, opacity: style.density ?? 1 })),
      ...curls(style.curls?.front),
      ...style.strands.map(({ through, width, opacity }) => {
        const [start, control, end] = through.map(([x, y]) => projection.surface(x, y, 3.5));
        return start && control && end
          ? stroke(quadraticPath(start, [control, end]), hair.light, width, { opacity })
          : '';
      }),
    ].join(''),
    outlines: [...behind, ...front].join(''),
  };
}

const wholeBack = (half: readonly Point3[]): Point3[] => [
  ...half,
  ...half
    .slice(1)
    .reverse()
    .map(([x, y, z]): Point3 => [-x, y, z]),
];

const frontCurve = (
  { outside, hairline, lift }: NonNullable<HairStyle['front']>,
  { outline, surface }: Projection,
): Curve => closed([...outside.map(outline), ...hairline.map(([x, y]) => surface(x, y, lift))]);

/** A lock: a disc of the hair's own gradient with a dark rim below and a light one above. */
function drawCurl([x, y, z, radius]: Curl, dark: string, light: string, { outline }: Projection): string {
  const centre = outline([x, y, z]);
  const arc = (from: number, to: number, r: number): string => {
    const at = (angle: number) =>
      `${(centre[0] + r * Math.cos(angle)).toFixed(2)} ${(centre[1] + r * Math.sin(angle)).toFixed(2)}`;
    return `M${at(from)}A${r.toFixed(2)} ${r.toFixed(2)} 0 0 1 ${at(to)}`;
  };
  return [
    ellipse(centre, radius, radius, { fill }),
    stroke(arc(0.3, 2.6, radius * 0.72), dark, 1, { opacity: 0.55 }),
    stroke(arc(3.6, 5.4, radius * 0.66), light, 1.2, { opacity: 0.5 }),
  ].join('');
}
