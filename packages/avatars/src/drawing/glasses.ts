import { closed, open } from '../curve.js';
import type { Point } from '../head.js';
import type { GlassesFrame, Person } from '../person.js';
import { type Shape, type Side, sides } from '../shape.js';
import { path, stroke } from './svg.js';

const half = { width: 8.8, height: 8.4 };

/** A lens in units of its half size; x points away from the nose. */
const lenses: Readonly<Record<GlassesFrame, readonly Point[]>> = {
  round: Array.from({ length: 12 }, (_, i): Point => [Math.cos((i * Math.PI) / 6), Math.sin((i * Math.PI) / 6)]),
  square: squircle(0.78),
  'cat-eye': [
    [-0.95, -0.1],
    [-0.8, -0.66],
    [0, -0.72],
    [0.85, -0.9],
    [1.22, -1.02],
    [1.06, -0.2],
    [0.72, 0.6],
    [0, 0.82],
    [-0.7, 0.62],
  ],
  aviator: [
    [-0.95, -0.45],
    [-0.6, -0.74],
    [0.3, -0.78],
    [1, -0.66],
    [1.08, -0.05],
    [0.72, 0.78],
    [0.1, 1.02],
    [-0.55, 0.72],
  ],
  browline: squircle(0.72),
};

/** A superellipse of exponent 4 with the given half height. */
function squircle(height: number): Point[] {
  return Array.from({ length: 16 }, (_, i): Point => {
    const angle = (i * Math.PI) / 8;
    const root = (value: number) => Math.sign(value) * Math.sqrt(Math.abs(value));
    return [root(Math.cos(angle)), root(Math.sin(angle)) * height];
  });
}

const browline: readonly Point[] = [
  [-0.95, -0.5],
  [-0.6, -0.72],
  [0.4, -0.78],
  [1.12, -0.6],
];

export function drawGlasses({ glasses, eyes }: Person, shape: Shape, ears: boolean): string {
  if (!glasses) return '';
  const { surface } = shape.projection;
  const bridge = open([surface(-2.9, eyes.y - 0.6, 5), surface(0, eyes.y - 2, 6), surface(2.9, eyes.y - 0.6, 5)]);
  return sides
    .map((side) => drawSide(side, glasses, eyes, shape, ears))
    .concat(stroke(bridge, glasses.colour, 1.7, { 'stroke-linecap': 'butt' }))
    .join('');
}

type Glasses = NonNullable<Person['glasses']>;

function drawSide(side: Side, { frame, colour }: Glasses, eyes: Person['eyes'], shape: Shape, ears: boolean): string {
  const { surface, outline } = shape.projection;
  const y = surface(side * eyes.x, eyes.y + 0.4, 4)[1];
  const [near] = surface(side * (eyes.x - half.width), eyes.y, 4);
  const [far] = surface(side * (eyes.x + half.width), eyes.y, 1);
  const place = ([u, v]: Point): Point => [(near + far) / 2 + ((far - near) / 2) * u, y + half.height * v];
  const hinge = place([1, -0.3]);
  const ear = outline([side * 26, eyes.y - 1.5, 3]);
  // Hair over the ears hides the arm, and so does the lens on the side that is turned away.
  const showsArm = ears && (ear[0] - hinge[0]) * side > 0;
  return [
    showsArm ? stroke(open([hinge, ear]), colour, 1.3) : '',
    path(closed(lenses[frame].map(place)), {
      fill: '#dfeaf2',
      'fill-opacity': 0.14,
      stroke: colour,
      'stroke-width': frame === 'browline' ? 1 : 1.7,
    }),
    frame === 'browline' ? stroke(open(browline.map(place)), colour, 3.2) : '',
  ].join('');
}
