import { fsaeError } from '../errors/catalogue.js';

type Options = Record<string, unknown>;

/** cac hands over numbers where text looks like one; names may well be digits. */
export function text(options: Options, name: string): string | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw fsaeError('FSAE_CLI_OPTION', { option: `--${name}`, expected: 'a value', received: 'none' });
}

export function whole(options: Options, name: string, least = 1): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
  throw fsaeError('FSAE_CLI_OPTION', {
    option: `--${name}`,
    expected: `a whole number from ${least} on`,
    received: JSON.stringify(value),
  });
}

export function flag(options: Options, name: string): boolean {
  return options[name] === true;
}

/** A number from 0 on, whole or not. */
export function amount(options: Options, name: string): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw fsaeError('FSAE_CLI_OPTION', { option, expected: 'a number from 0 on', received: JSON.stringify(value) });
}

/** `{ [name]: value }`, or nothing of what was not given: an absent key is not an undefined one. */
export function given<K extends string, V>(name: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [key in K]?: V });
}
