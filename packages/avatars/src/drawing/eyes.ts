import { pathOf, quadraticPath } from '../curve.js';
import type { Person } from '../person.js';
import { type Eye, onUpperLid, type Shape } from '../shape.js';
import { clip, ellipse, group, path, stroke } from './svg.js';

const iris = 4.5;
const lashColour = '#2a1712';

export function drawEyes(person: Person, shape: Shape): string {
  return shape.eyes.map((eye, i) => drawEye(person, eye) + drawBrow(person, pathOf(shape.brows[i as 0 | 1]))).join('');
}

function drawEye({ eyes, skin }: Person, eye: Eye): string {
  const id = eye.side < 0 ? 'eye-left' : 'eye-right';
  const opening = `${quadraticPath(eye.inner, [eye.upper, eye.outer], [eye.lower, eye.inner])}Z`;
  const [x, y] = eye.iris;
  const width = Math.abs(eye.outer[0] - eye.inner[0]);
  return [
    ellipse(eye.lid, width * 0.62, eyes.height * 1.25, { fill: skin.shade, opacity: 0.28 }),
    clip(id, opening),
    path(opening, { fill: '#fdfbf7' }),
    group(
      { 'clip-path': `url(#${id})` },
      ellipse([x, y], iris, iris, { fill: eyes.iris }),
      ellipse([x, y], iris * 0.52, iris * 0.52, { fill: '#101014' }),
      ellipse([x + 1.3, y - 1.4], 1.05, 1.05, { fill: '#fff' }),
    ),
    eyes.fold > 0 ? drawFold(eye, skin.shade, eyes.fold) : '',
    stroke(quadraticPath(eye.inner, [eye.upper, eye.outer]), lashColour, eyes.lash),
  ].join('');
}

/** The crease above the lid; it comes down as the eye shuts. */
function drawFold(eye: Eye, colour: string, strength: number): string {
  const raise = 2.1;
  const [from, to] = [onUpperLid(eye, 0.06), onUpperLid(eye, 0.97)];
  const crease = quadraticPath(
    [from[0], from[1] - raise * 0.7],
    [
      [eye.upper[0], eye.upper[1] - raise * 1.5],
      [to[0], to[1] - raise],
    ],
  );
  return stroke(crease, colour, 1.1, { opacity: strength });
}

const drawBrow = ({ brows }: Person, curve: string): string =>
  stroke(curve, brows.colour, brows.thickness, { opacity: 0.92 });
