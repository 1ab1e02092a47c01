import { escapeMarkup } from './markup.js';

// Captions must be readable in a container without any font, where SVG text draws nothing. So letters are strokes of our
// own: [width, path] in a box whose cap line is y = 0, base line y = 14, descenders to 18; lower case begins at 4.5.
const ROUND = 'M7 9.2C7 6.4 5.6 4.5 3.5 4.5C1.4 4.5 0 6.4 0 9.2C0 12 1.4 14 3.5 14C5.6 14 7 12 7 9.2';
const LETTERS: Readonly<Record<string, readonly [width: number, path: string]>> = {
  ' ': [3, ''],
  A: [9, 'M0 14L4.5 0L9 14M1.6 9.2H7.4'],
  B: [8.5, 'M0 0V14H4.7A3.7 3.7 0 0 0 4.7 6.6H0M4.7 6.6A3.3 3.3 0 0 0 4.7 0H0'],
  C: [9, 'M9 2.8C8 1 6.6 0 4.8 0C1.8 0 0 3 0 7C0 11 1.8 14 4.8 14C6.6 14 8 13 9 11.2'],
  D: [9, 'M0 0V14H3.5C7 14 9 11 9 7C9 3 7 0 3.5 0Z'],
  E: [7.5, 'M7.5 0H0V14H7.5M0 6.7H6.3'],
  F: [7.5, 'M7.5 0H0V14M0 6.7H6.3'],
  G: [9, 'M9 2.8C8 1 6.6 0 4.8 0C1.8 0 0 3 0 7C0 11 1.8 14 4.8 14C6.6 14 8.1 13.2 9 12V7.6H5.4'],
  H: [8.6, 'M0 0V14M8.6 0V14M0 6.7H8.6'],
  I: [1, 'M0.5 0V14'],
  J: [5, 'M5 0V10.4C5 12.8 4 14 2.4 14C1.2 14 0.4 13.4 0 12.4'],
  K: [8.4, 'M0 0V14M8.2 0L0 8.6M3 5.6L8.4 14'],
  L: [7, 'M0 0V14H7'],
  M: [10.4, 'M0 14V0L5.2 9.4L10.4 0V14'],
  N: [8.6, 'M0 14V0L8.6 14V0'],
  O: [9.6, 'M4.8 0C1.8 0 0 3 0 7C0 11 1.8 14 4.8 14C7.8 14 9.6 11 9.6 7C9.6 3 7.8 0 4.8 0Z'],
  P: [8.2, 'M0 14V0H4.5A3.7 3.7 0 0 1 4.5 7.4H0'],
  Q: [9.6, 'M4.8 0C1.8 0 0 3 0 7C0 11 1.8 14 4.8 14C7.8 14 9.6 11 9.6 7C9.6 3 7.8 0 4.8 0ZM6 10.6L9.6 14.6'],
  R: [8.4, 'M0 14V0H4.5A3.7 3.7 0 0 1 4.5 7.4H0M4.4 7.4L8.4 14'],
  S: [
    8.5,
    'M8 2.4C7.2 0.8 6 0 4.2 0C2 0 0.5 1.4 0.5 3.4C0.5 8 8.5 5.8 8.5 10.4C8.5 12.6 6.8 14 4.4 14C2.4 14 0.8 13 0 11.2',
  ],
  T: [9, 'M0 0H9M4.5 0V14'],
  U: [8.6, 'M0 0V9C0 12.4 1.8 14 4.3 14C6.8 14 8.6 12.4 8.6 9V0'],
  V: [9.2, 'M0 0L4.6 14L9.2 0'],
  W: [12.8, 'M0 0L3.2 14L6.4 2L9.6 14L12.8 0'],
  X: [8.6, 'M0 0L8.6 14M8.6 0L0 14'],
  Y: [9, 'M0 0L4.5 7L9 0M4.5 7V14'],
  Z: [8.5, 'M0 0H8.5L0 14H8.5'],
  a: [7, `${ROUND}M7 4.5V14`],
  b: [7, `${ROUND}M0 0V14`],
  c: [6.6, 'M6.6 6.3C5.8 5.1 4.8 4.5 3.6 4.5C1.4 4.5 0 6.4 0 9.2C0 12 1.4 14 3.6 14C4.8 14 5.8 13.4 6.6 12.2'],
  d: [7, `${ROUND}M7 0V14`],
  e: [7, 'M0 9.2H7C7 6.4 5.6 4.5 3.6 4.5C1.4 4.5 0 6.4 0 9.2C0 12 1.4 14 3.6 14C5 14 6 13.4 6.8 12.1'],
  f: [4.8, 'M4.8 0.3C2.9 -0.4 1.8 0.7 1.8 2.8V14M0 4.8H4.5'],
  g: [7, `${ROUND}M7 4.5V14.4C7 17 5.6 18.2 3.5 18.2C2 18.2 1 17.7 0.4 16.8`],
  h: [6.6, 'M0 0V14M0 8.6C0 6 1.5 4.5 3.5 4.5C5.6 4.5 6.6 5.9 6.6 8.3V14'],
  i: [1, 'M0.5 4.5V14M0.5 0.7V0.8'],
  j: [2.6, 'M2.1 4.5V15.4C2.1 17.4 1.4 18.3 0 18.1M2.1 0.7V0.8'],
  k: [6.6, 'M0 0V14M6.3 4.5L0 10.5M2.4 8.3L6.6 14'],
  l: [2, 'M0 0V12C0 13.4 0.7 14.1 2 13.8'],
  m: [
    10.8,
    'M0 4.5V14M0 8.4C0 6 1.2 4.5 2.8 4.5C4.6 4.5 5.4 5.8 5.4 8.3V14M5.4 8.4C5.4 6 6.6 4.5 8.2 4.5C10 4.5 10.8 5.8 10.8 8.3V14',
  ],
  n: [6.6, 'M0 4.5V14M0 8.6C0 6 1.5 4.5 3.5 4.5C5.6 4.5 6.6 5.9 6.6 8.3V14'],
  o: [7, `${ROUND}Z`],
  p: [7, `${ROUND}M0 4.5V18.2`],
  q: [7, `${ROUND}M7 4.5V18.2`],
  r: [4.2, 'M0 4.5V14M0 8.6C0.2 6 1.6 4.3 4.2 4.7'],
  s: [
    6.3,
    'M5.9 6.2C5.3 5.1 4.4 4.5 3.1 4.5C1.4 4.5 0.4 5.5 0.4 6.9C0.4 10 6.3 8.4 6.3 11.4C6.3 13 5 14 3.2 14C1.6 14 0.6 13.3 0 12.1',
  ],
  t: [4.6, 'M1.8 1.4V11.2C1.8 13.3 2.8 14.3 4.6 13.8M0 4.8H4.4'],
  u: [6.6, 'M0 4.5V10.2C0 12.6 1 14 3.1 14C5.1 14 6.6 12.5 6.6 9.9M6.6 4.5V14'],
  v: [7, 'M0 4.5L3.5 14L7 4.5'],
  w: [10.4, 'M0 4.5L2.6 14L5.2 5.5L7.8 14L10.4 4.5'],
  x: [6.6, 'M0 4.5L6.6 14M6.6 4.5L0 14'],
  y: [7, 'M0 4.5L3.5 14M7 4.5L3.2 15.2C2.5 17.3 1.6 18.3 0 18'],
  z: [6.4, 'M0 4.5H6.2L0 14H6.4'],
  0: [8, 'M4 0C1.4 0 0 2.8 0 7C0 11.2 1.4 14 4 14C6.6 14 8 11.2 8 7C8 2.8 6.6 0 4 0Z'],
  1: [4, 'M0 3.2L4 0V14'],
  2: [8, 'M0.4 3.6C0.4 1.4 1.9 0 4 0C6.1 0 7.6 1.4 7.6 3.5C7.6 6.5 4.2 8.6 0.2 14H8'],
  3: [
    7.9,
    'M0.6 2.4C1.3 0.9 2.5 0 4 0C6 0 7.4 1.3 7.4 3.3C7.4 5.4 5.9 6.6 3.4 6.6C6.2 6.6 7.9 8 7.9 10.2C7.9 12.5 6.3 14 3.9 14C2 14 0.7 13 0 11.4',
  ],
  4: [8.4, 'M6.2 14V0L0 9.8H8.4'],
  5: [8, 'M7.4 0H1.4L0.8 6.4C1.8 5.6 2.8 5.2 4 5.2C6.4 5.2 8 7 8 9.5C8 12.2 6.3 14 3.8 14C2 14 0.8 13.2 0 11.8'],
  6: [
    8,
    'M7 1.8C6.3 0.6 5.4 0 4.2 0C1.6 0 0 3.2 0 8.2C0 12 1.5 14 4 14C6.4 14 8 12.2 8 9.6C8 7 6.4 5.3 4.1 5.3C2 5.3 0.4 6.8 0 9',
  ],
  7: [8, 'M0 0H8L2.8 14'],
  8: [
    8,
    'M4 6.4C1.9 6.4 0.6 5.1 0.6 3.2C0.6 1.3 1.9 0 4 0C6.1 0 7.4 1.3 7.4 3.2C7.4 5.1 6.1 6.4 4 6.4C1.6 6.4 0 7.9 0 10.2C0 12.5 1.6 14 4 14C6.4 14 8 12.5 8 10.2C8 7.9 6.4 6.4 4 6.4Z',
  ],
  9: [
    8,
    'M1 12.2C1.7 13.4 2.6 14 3.8 14C6.4 14 8 10.8 8 5.8C8 2 6.5 0 4 0C1.6 0 0 1.8 0 4.4C0 7 1.6 8.7 3.9 8.7C6 8.7 7.6 7.2 8 5',
  ],
  $: [
    8,
    'M7.6 3.2C6.8 1.9 5.8 1.3 4.1 1.3C2 1.3 0.6 2.4 0.6 4.1C0.6 7.8 8 6 8 9.9C8 11.7 6.4 12.7 4.1 12.7C2.2 12.7 0.8 12 0 10.6M4 -0.6V14.6',
  ],
  '^': [7, 'M0 6L3.5 0L7 6'],
  '~': [8, 'M0 9.6C0.6 8 1.6 7.4 2.8 8.1L5.2 9.6C6.4 10.3 7.4 9.6 8 8'],
  '`': [2, 'M0 0L2 3'],
  '{': [
    3.6,
    'M3.6 -1C2.2 -1 1.8 -0.2 1.8 1.2V5.2C1.8 6.8 1.2 7.5 0 7.5C1.2 7.5 1.8 8.2 1.8 9.8V13.8C1.8 15.2 2.2 16 3.6 16',
  ],
  '}': [
    3.6,
    'M0 -1C1.4 -1 1.8 -0.2 1.8 1.2V5.2C1.8 6.8 2.4 7.5 3.6 7.5C2.4 7.5 1.8 8.2 1.8 9.8V13.8C1.8 15.2 1.4 16 0 16',
  ],
  '→': [12, 'M0 8.5H12M7.6 4.1L12 8.5L7.6 12.9'],
  '.': [1, 'M0.5 13.5V13.6'],
  ',': [1.4, 'M1.2 13.4L0 16.4'],
  ':': [1, 'M0.5 6V6.1M0.5 13.5V13.6'],
  ';': [1.4, 'M1.2 6V6.1M1.2 13.4L0 16.4'],
  '-': [5, 'M0 8.5H5'],
  _: [8, 'M0 16H8'],
  '+': [8, 'M0 8.5H8M4 4.5V12.5'],
  '=': [8, 'M0 6.5H8M0 10.5H8'],
  '<': [7, 'M7 3.5L0 8.5L7 13.5'],
  '>': [7, 'M0 3.5L7 8.5L0 13.5'],
  '/': [6, 'M6 -1L0 15.5'],
  '\\': [6, 'M0 -1L6 15.5'],
  '|': [1, 'M0.5 -1V17'],
  '(': [3, 'M3 -1.5C0.8 1 0 3.8 0 7.5C0 11.2 0.8 14 3 16.5'],
  ')': [3, 'M0 -1.5C2.2 1 3 3.8 3 7.5C3 11.2 2.2 14 0 16.5'],
  '[': [3, 'M3 -1H0V16H3'],
  ']': [3, 'M0 -1H3V16H0'],
  "'": [1, 'M0.5 0V4'],
  '"': [3, 'M0 0V4M3 0V4'],
  '!': [1, 'M0.5 0V9.6M0.5 13.5V13.6'],
  '?': [6.6, 'M0 3C0.4 1 1.6 0 3.4 0C5.3 0 6.6 1.3 6.6 3.2C6.6 6 3.4 6 3.4 9.6M3.4 13.5V13.6'],
  '#': [9, 'M3.2 1L1.6 13M7.4 1L5.8 13M0.6 4.8H9M0 9.2H8.4'],
  '%': [
    11,
    'M10 0L1 14M2.5 0.2C0.9 0.2 0 1.4 0 3.2C0 5 0.9 6.2 2.5 6.2C4.1 6.2 5 5 5 3.2C5 1.4 4.1 0.2 2.5 0.2ZM8.5 7.8C6.9 7.8 6 9 6 10.8C6 12.6 6.9 13.8 8.5 13.8C10.1 13.8 11 12.6 11 10.8C11 9 10.1 7.8 8.5 7.8Z',
  ],
  '&': [
    9.4,
    'M9.4 14L2.4 5.2C0.6 2.9 1.8 0 4.2 0C6.6 0 7.6 3 5.4 4.8L2.4 7C-1 9.6 0.2 14 3.8 14C6.6 14 8.6 11.8 8.8 8.2',
  ],
  '*': [7, 'M3.5 2V10M0 4L7 8M7 4L0 8'],
  '@': [
    12,
    'M8.6 9.4C8.6 11 7.6 12 6.2 12C4.6 12 3.6 10.8 3.6 9C3.6 7 4.8 5.6 6.4 5.6C7.8 5.6 8.6 6.4 8.8 7.6M9 5.6L8.6 10C8.6 11.2 9.2 11.8 10 11.8C11.2 11.8 12 10.4 12 8.4C12 4.8 9.6 2.4 6.2 2.4C2.6 2.4 0 5.2 0 9C0 12.8 2.6 15.6 6.4 15.6C7.8 15.6 9 15.2 10 14.6',
  ],
};
const CAP = 14;
const SPACE = 3.2;

export interface Lettering {
  /** Where the text ends in x ('end'), is centred ('middle') or begins ('start'). */
  readonly anchor: 'start' | 'middle' | 'end';
  readonly x: number;
  /** The base line. */
  readonly y: number;
  /** Height of a capital letter in pixels. */
  readonly cap: number;
  readonly colour: string;
}

/** Width in pixels of a line whose capitals are `cap` high. */
export function textWidth(text: string, cap: number): number {
  const letters = [...plain(text)];
  const widths = letters.reduce((sum, letter) => sum + (LETTERS[letter]?.[0] ?? CAP), 0);
  return ((widths + SPACE * Math.max(0, letters.length - 1)) * cap) / CAP;
}

/** A line of text as SVG. Letters that we do not draw (names in Japanese, say) are left to the fonts of the machine. */
export function drawText(text: string, { anchor, x, y, cap, colour }: Lettering): string {
  const letters = [...plain(text)];
  if (letters.some((letter) => LETTERS[letter] === undefined)) {
    const size = (cap / 0.72).toFixed(2);
    return `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${size}" text-anchor="${anchor}" fill="${colour}">${escapeMarkup(text)}</text>`;
  }
  const scale = cap / CAP;
  const shift = { start: 0, middle: 0.5, end: 1 }[anchor] * textWidth(text, cap);
  let pen = 0;
  const strokes = letters.map((letter) => {
    const [width, path] = LETTERS[letter] as readonly [number, string];
    const placed = path === '' ? '' : `<path transform="translate(${pen.toFixed(2)})" d="${path}"/>`;
    pen += width + SPACE;
    return placed;
  });
  const place = `translate(${(x - shift).toFixed(2)} ${(y - cap).toFixed(2)}) scale(${scale.toFixed(4)})`;
  return `<g transform="${place}" fill="none" stroke="${colour}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">${strokes.join('')}</g>`;
}

/** Accents are dropped before a font is asked for: 'René' is readable as 'Rene'. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
}
