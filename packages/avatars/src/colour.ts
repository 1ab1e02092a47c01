const channels = (colour: string): number[] => [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));
const write = (values: readonly number[]): string =>
  `#${values.map((v) => Math.round(v).toString(16).padStart(2, '0')).join('')}`;

/** Towards white (`amount` > 0) or black (< 0); colours are '#rrggbb'. */
export function tint(colour: string, amount: number): string {
  const end = amount > 0 ? 255 : 0;
  return write(channels(colour).map((v) => v + (end - v) * Math.abs(amount)));
}

/** `share` of `to` in `from`. */
export function blend(from: string, to: string, share: number): string {
  const end = channels(to);
  return write(channels(from).map((v, i) => v + ((end[i] as number) - v) * share));
}
