import type { RunContext, Shape } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { type Layer, upscale } from './layers.js';

/** Doublings from `from` up to `rows`, each an upscale to `channels(i)`; refuses lengths that doubling does not reach. */
export function upscaleTo(
  context: RunContext,
  part: string,
  from: Shape,
  rows: number,
  channels: (doubling: number) => number,
): Layer[] {
  const doublings = Math.log2(rows / from[0]);
  if (!Number.isInteger(doublings) || doublings < 0) {
    throw fsaeError('FSAE_MODEL_SIZE', {
      part,
      expected: `a feature map that ${from[0]}x${from[1]} reaches by doubling`,
      received: `${rows}x${rows}`,
    });
  }
  const layers: Layer[] = [];
  let shape = from;
  for (let i = 1; i <= doublings; i++) {
    const layer = upscale(context, `expand/up${i}`, shape, { channels: channels(i) });
    layers.push(layer);
    shape = layer.output;
  }
  return layers;
}
