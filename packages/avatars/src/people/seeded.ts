import { blend, tint } from '../colour.js';
import type { HairStyleName } from '../drawing/hair-styles/styles.js';
import type { GlassesFrame, Person } from '../person.js';
import { createStream, type Stream } from '../random.js';
import { hairColours, irises, lips, shirts, skins } from './palettes.js';

type Choices<T> = readonly [T, ...T[]];
const values = <T>(palette: Readonly<Record<string, T>>) => Object.values(palette) as unknown as Choices<T>;

/** Two ways to draw a face, so that jaw, brows, lips and haircut fit one another. */
interface Manner {
  readonly styles: Choices<HairStyleName>;
  readonly jaw: readonly [low: number, high: number];
  readonly chin: readonly [low: number, high: number];
  readonly brow: readonly [low: number, high: number];
  readonly arch: readonly [low: number, high: number];
  readonly lips: readonly [low: number, high: number];
  readonly lash: readonly [low: number, high: number];
  readonly colours: Choices<string>;
  readonly stubble: number;
}

const soft: Manner = {
  styles: ['bob', 'long', 'wavy', 'fringe', 'ponytail', 'pigtails', 'pixie', 'curly', 'afro'],
  jaw: [19, 20.4],
  chin: [32.6, 34],
  brow: [1.9, 2.6],
  arch: [1.1, 2.6],
  lips: [2.3, 2.9],
  lash: [1.4, 1.9],
  colours: [lips.crimson, lips.rose, lips.berry, lips.coral, lips.plum],
  stubble: 0,
};
const strong: Manner = {
  styles: ['short', 'parted', 'quiff', 'receding', 'buzz', 'bald', 'pixie', 'curly'],
  jaw: [21.2, 23],
  chin: [34, 35.2],
  brow: [2.5, 3.3],
  arch: [0.6, 1.5],
  lips: [1.9, 2.6],
  lash: [0.8, 1.3],
  colours: [lips.brick, lips.mauve, lips.cocoa, lips.rose],
  stubble: 0.5,
};
const frames: Choices<GlassesFrame> = ['round', 'square', 'cat-eye', 'aviator', 'browline'];
const rims: Choices<string> = ['#20242c', '#3b2418', '#7a1f35', '#8a6a24', '#2b3f63'];
const purpose = 0x70657273;

/** Person `number` of an endless line: a pure function of the number. */
export function seededPerson(number: number): Person {
  const stream = createStream(purpose, number);
  const manner = stream.pick([soft, strong]);
  const skin = stream.pick(values<Person['skin']>(skins));
  const hair = hairColourFor(skin, stream);
  const upper = stream.between(...manner.lips);
  const person: Person = {
    name: `person-${number}`,
    skin,
    head: {
      temple: stream.between(24.2, 25.3),
      cheek: stream.between(25.2, 26.5),
      jaw: stream.between(...manner.jaw),
      chinWidth: stream.between(8, 9) + (manner === strong ? 2 : 0),
      chin: stream.between(...manner.chin),
    },
    hair: { style: stream.pick(manner.styles), ...hair },
    eyes: {
      x: stream.between(11.1, 11.8),
      y: stream.between(-3.7, -3),
      width: stream.between(6.2, 7.2),
      height: stream.between(4.5, 5.9),
      iris: stream.pick(values<string>(irises)),
      lash: stream.between(...manner.lash),
      tilt: stream.between(-0.8, 1.3),
      fold: stream.between(0, 0.5),
    },
    brows: {
      y: stream.between(-12.5, -10.8),
      arch: stream.between(...manner.arch),
      thickness: stream.between(...manner.brow),
      colour: tint(hair.base, -0.25),
    },
    nose: { depth: stream.between(8.2, 12.2), width: stream.between(4, 6) },
    mouth: {
      width: stream.between(10.2, 11.6),
      upper,
      // Thicker ones would leave the picture with a wide open mouth.
      lower: Math.min(3.5, upper + stream.between(0.6, 1)),
      colour: blend(stream.pick(manner.colours), skin.shade, 0.12),
    },
    stubble: stream.chance(manner.stubble) ? stream.between(0.12, 0.2) : 0,
    freckles: stream.chance(0.2),
    lines: hair === hairColours.silver ? 1 : 0,
    shirt: stream.pick(values<string>(shirts)),
  };
  return {
    ...person,
    ...(stream.chance(0.4) ? { glasses: { frame: stream.pick(frames), colour: stream.pick(rims) } } : {}),
    ...(manner === soft && stream.chance(0.3) ? { earrings: stream.pick(['#e3b54a', '#d9dde2']) } : {}),
  };
}

/** Light hair goes with light skin; silver with any. */
function hairColourFor(skin: Person['skin'], stream: Stream) {
  const { silver, black, espresso, brown, ...light } = hairColours;
  const dark: Choices<Omit<Person['hair'], 'style'>> = [black, espresso, brown];
  if (stream.chance(0.1)) return silver;
  const isLight = skin === skins.porcelain || skin === skins.fair || skin === skins.warm;
  return isLight && stream.chance(0.6) ? stream.pick(values<Omit<Person['hair'], 'style'>>(light)) : stream.pick(dark);
}
