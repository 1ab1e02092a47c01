import { type Curve, closed, open, pathOf, quadraticPath } from '../curve.js';
import type { Point, Point3, Projection } from '../head.js';
import type { Person } from '../person.js';
import type { Shape } from '../shape.js';
import type { HairStyle } from './hair-styles/style.js';
import { hairStyleOf } from './hair-styles/styles.js';
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
  // A turned head moves the far hairline past the outline: what shows between them is hair, not background.
  if (style.front) behind.push(`${pathOf(open(style.front.outside.map(outline)))}Z`);
  const front = style.front ? [pathOf(frontCurve(style.front, projection))] : [];
  const curl = (centre: Point, radius: number) => drawCurl(centre, radius, hair);
  const { behind: curlsBehind = [], front: curlsInFront = [] } = style.curls ?? {};
  return {
    ears: style.ears,
    behind: [
      ...behind.map((d) => path(d, { fill })),
      ...curlsBehind.map(([x, y, z, radius]) => curl(outline([x, y, z]), radius)),
    ].join(''),
    front: [
      ...front.map((d) => path(d, { fill, opacity: style.density ?? 1 })),
      ...curlsInFront.map(([x, y, lift, radius]) => curl(projection.surface(x, y, lift), radius)),
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

/** A lock: a disc of the hair's own gradient; a large one has a dark rim below and a light one above. */
function drawCurl(centre: Point, radius: number, { dark, light }: Person['hair']): string {
  const arc = (from: number, to: number, r: number): string => {
    const at = (angle: number) =>
      `${(centre[0] + r * Math.cos(angle)).toFixed(2)} ${(centre[1] + r * Math.sin(angle)).toFixed(2)}`;
    return `M${at(from)}A${r.toFixed(2)} ${r.toFixed(2)} 0 0 1 ${at(to)}`;
  };
  const disc = ellipse(centre, radius, radius, { fill });
  if (radius < 3.5) return disc;
  return [
    disc,
    stroke(arc(0.5, 2.4, radius * 0.8), dark, 0.9, { opacity: 0.4 }),
    stroke(arc(3.7, 5.2, radius * 0.6), light, 1.3, { opacity: 0.38 }),
  ].join('');
}
