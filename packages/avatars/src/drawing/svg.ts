import { type Curve, pathOf } from '../curve.js';
import type { Point } from '../head.js';

export type Attributes = Readonly<Record<string, string | number>>;

export const decimal = (value: number): string => value.toFixed(2);

export function element(name: string, attributes: Attributes, content = ''): string {
  let text = `<${name}`;
  for (const key in attributes) {
    const value = attributes[key];
    text += ` ${key}="${typeof value === 'number' ? decimal(value) : value}"`;
  }
  return content === '' ? `${text}/>` : `${text}>${content}</${name}>`;
}

export const ellipse = ([cx, cy]: Point, rx: number, ry: number, attributes: Attributes): string =>
  element('ellipse', { cx, cy, rx, ry, ...attributes });

export const path = (shape: Curve | string, attributes: Attributes): string =>
  element('path', { d: typeof shape === 'string' ? shape : pathOf(shape), ...attributes });

/** A line of the given colour; further attributes override. */
export const stroke = (shape: Curve | string, colour: string, width: number, attributes: Attributes = {}): string =>
  path(shape, { fill: 'none', stroke: colour, 'stroke-width': width, 'stroke-linecap': 'round', ...attributes });

export const group = (attributes: Attributes, ...content: readonly string[]): string =>
  element('g', attributes, content.join(''));

export const clip = (id: string, shape: Curve | string): string => element('clipPath', { id }, path(shape, {}));

type Stop = readonly [offset: number, colour: string, opacity?: number];
const stops = (list: readonly Stop[]): string =>
  list
    .map(([offset, colour, opacity]) =>
      element('stop', {
        offset,
        'stop-color': colour,
        ...(opacity === undefined ? {} : { 'stop-opacity': opacity }),
      }),
    )
    .join('');

export const radialGradient = (id: string, attributes: Attributes, ...list: readonly Stop[]): string =>
  element('radialGradient', { id, ...attributes }, stops(list));
export const linearGradient = (id: string, attributes: Attributes, ...list: readonly Stop[]): string =>
  element('linearGradient', { id, gradientUnits: 'userSpaceOnUse', ...attributes }, stops(list));
