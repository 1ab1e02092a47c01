import { tint } from '../colour.js';
import { pathOf } from '../curve.js';
import { cameraTransform, rollTransform } from '../head.js';
import type { Person } from '../person.js';
import type { Pose } from '../pose.js';
import { type Shape, shapeOf, sides } from '../shape.js';
import { drawEyes } from './eyes.js';
import { drawGlasses } from './glasses.js';
import { drawHair, type Hair } from './hair.js';
import { drawMouth } from './mouth.js';
import { drawNose } from './nose.js';
import { drawSkin } from './skin.js';
import { clip, element, ellipse, group, linearGradient, path, radialGradient } from './svg.js';

const frame = { width: '100', height: '100' };
const shadow = '#1a1020';
const glow = '#fff4e0';

const picture = (size: number, ...content: readonly string[]): string =>
  element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: '0 0 100 100', width: `${size}`, height: `${size}` },
    content.join(''),
  );

/** The picture as SVG text of `size` x `size` pixels. */
export function drawSvg(person: Person, pose: Pose, size = 64): string {
  const shape = shapeOf(person, pose);
  const face = pathOf(shape.outline);
  const hair = drawHair(person, shape);
  const features = [
    drawSkin(person, pose, shape),
    drawMouth(person, pose, shape),
    drawNose(person, pose, shape),
    drawEyes(person, shape),
  ];
  const head = group(
    { transform: rollTransform(pose.roll) },
    hair.behind,
    hair.ears ? drawEars(person, shape) : '',
    path(face, { fill: 'url(#skin)' }),
    group({ 'clip-path': 'url(#face)' }, ...features),
    hair.front,
    drawSideLight(face, hair),
    drawGlasses(person, shape, hair.ears),
  );
  return picture(
    size,
    element('defs', {}, gradients(person, pose) + clip('face', shape.outline)),
    element('rect', { ...frame, fill: 'url(#background)' }),
    group({ transform: cameraTransform }, drawBody(person), head),
    element('rect', {
      ...frame,
      fill: pose.light > 0 ? '#fff6e6' : '#0a0a18',
      opacity: Math.abs(pose.light) * 0.25,
    }),
  );
}

/** The face's outline, forehead and fringe included, white on black; a little wider than drawn so that it holds the landmarks of the jaw. */
export function drawMaskSvg(person: Person, pose: Pose, size = 64): string {
  const face = path(shapeOf(person, pose).outline, { fill: '#fff', stroke: '#fff', 'stroke-width': 2 });
  return picture(
    size,
    element('rect', { ...frame, fill: '#000' }),
    group({ transform: cameraTransform }, group({ transform: rollTransform(pose.roll) }, face)),
  );
}

function gradients({ skin, hair }: Person, { yaw, pitch, lightX }: Pose): string {
  const side = Math.abs(lightX);
  return [
    radialGradient('background', { cx: '50%', cy: '42%', r: '75%' }, [0, '#b9c6cc'], [1, '#8799a3']),
    radialGradient(
      'skin',
      {
        gradientUnits: 'userSpaceOnUse',
        cx: 50 + Math.sin(yaw) * 14 + lightX * 12,
        cy: 44 + Math.sin(pitch) * 14,
        r: 44,
      },
      [0, tint(skin.base, 0.16)],
      [0.55, skin.base],
      [1, skin.shade],
    ),
    linearGradient(
      'side-light',
      { x1: 50 - lightX * 30, y1: 0, x2: 50 + lightX * 30, y2: 0 },
      // Eased towards nothing in the middle: a straight ramp shows its end as a line on the forehead.
      [0, shadow, side * 0.55],
      [0.3, shadow, side * 0.25],
      [0.5, shadow, side * 0.06],
      [0.62, shadow, 0],
      [0.62, glow, 0],
      [0.8, glow, side * 0.08],
      [1, glow, side * 0.22],
    ),
    linearGradient('hair', { x1: 0, y1: 8, x2: 0, y2: 80 }, [0, hair.light], [0.45, hair.base], [1, hair.dark]),
    radialGradient('blush', {}, [0, skin.blush, 0.55], [1, skin.blush, 0]),
    radialGradient('shine', {}, [0, tint(skin.base, 0.8), 0.5], [1, tint(skin.base, 0.8), 0]),
  ].join('');
}

/** Neck and shoulders stay with the frame. */
const drawBody = ({ shirt, skin }: Person): string =>
  path('M14 101Q18 88 38 85L62 85Q82 88 86 101Z', { fill: shirt }) +
  path('M38 72L39 86Q50 93 61 86L62 72Z', { fill: tint(skin.shade, -0.08) });

function drawEars({ skin, earrings }: Person, { projection }: Shape): string {
  return sides
    .map((side) => {
      const [x, y] = projection.outline([side * 27, -1, -5]);
      return [
        ellipse([x, y], 4, 6.5, { fill: tint(skin.base, -0.12) }),
        ellipse([x, y + 0.5], 1.8, 3.8, { fill: skin.shade, opacity: 0.6 }),
        earrings ? ellipse([x, y + 8], 2.1, 2.1, { fill: earrings }) : '',
      ].join('');
    })
    .join('');
}

/** One path of all outlines, filled once: the light falls on head and hair alike and doubles nowhere. */
const drawSideLight = (face: string, { outlines }: Hair): string => path(face + outlines, { fill: 'url(#side-light)' });
