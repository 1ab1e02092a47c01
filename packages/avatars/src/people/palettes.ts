import type { Person } from '../person.js';

type Skin = Person['skin'];
type HairColour = Omit<Person['hair'], 'style'>;

export const skins = {
  porcelain: { base: '#f3cdb4', shade: '#c58c70', blush: '#e58a80' },
  fair: { base: '#edbf9f', shade: '#b97a5b', blush: '#e0796b' },
  warm: { base: '#e3b08c', shade: '#a86f4d', blush: '#d0705a' },
  tan: { base: '#dba583', shade: '#9c6447', blush: '#c76a55' },
  olive: { base: '#d2a27a', shade: '#94663f', blush: '#bd6a4c' },
  brown: { base: '#b67c56', shade: '#74452b', blush: '#a84f3c' },
  deep: { base: '#8d5a3c', shade: '#54301f', blush: '#8c3f30' },
} as const satisfies Readonly<Record<string, Skin>>;

export const hairColours = {
  auburn: { base: '#8a3f24', light: '#c8743f', dark: '#52210f' },
  copper: { base: '#9c4a22', light: '#d98645', dark: '#5e260e' },
  chestnut: { base: '#6b3a22', light: '#a8683c', dark: '#3c1d10' },
  brown: { base: '#4a3124', light: '#7d5a43', dark: '#281810' },
  espresso: { base: '#2e2622', light: '#5b4a40', dark: '#15100e' },
  black: { base: '#1f1d22', light: '#4a4752', dark: '#0d0c10' },
  honey: { base: '#a87436', light: '#dcae66', dark: '#66421a' },
  silver: { base: '#8e8f94', light: '#c9cace', dark: '#5b5c63' },
} as const satisfies Readonly<Record<string, HairColour>>;

export const irises = {
  green: '#3f8a5c',
  blue: '#4a78b8',
  sky: '#5aa0c8',
  grey: '#6f8590',
  hazel: '#8a6a2f',
  amber: '#a8702a',
  brown: '#6b4226',
  dark: '#3d2a20',
} as const;

export const lips = {
  crimson: '#b8303c',
  brick: '#963f3b',
  rose: '#b8454f',
  berry: '#8e2a4a',
  coral: '#c0503f',
  plum: '#7a2f45',
  mauve: '#95484f',
  cocoa: '#7c3a34',
} as const;

export const shirts = {
  blue: '#3d6f8e',
  slate: '#5a5f66',
  sage: '#5f7f6a',
  plum: '#6b5070',
  rust: '#96583f',
  navy: '#3c4a68',
} as const;
