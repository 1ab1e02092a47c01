import { shortBack } from './short.js';
import { type HairStyle, mirrored, mirroredLine, strand } from './style.js';

const pulledBack = {
  outside: mirrored([
    [0, -42, 1],
    [17, -37.5, 1],
    [26.4, -22, 1],
    [26, -5, 2],
  ]),
  hairline: mirroredLine([
    [24.4, -9],
    [21.5, -19],
    [13, -26.5],
    [0, -29.5],
  ]),
  lift: 1.5,
};

export const tied = {
  ponytail: {
    ears: true,
    back: shortBack,
    tails: [
      [
        [18, -38, -12],
        [30, -33, -13],
        [38, -17, -13],
        [40.5, 6, -12],
        [37, 28, -10],
        [30.5, 38, -10],
        [28, 22, -10],
        [29, 2, -10],
        [24, -14, -10],
      ],
    ],
    front: pulledBack,
    strands: [strand([14, -29], [4, -36], [-8, -36], 1.6), strand([20, -23], [14, -33], [4, -37], 1.6)],
  },
  pigtails: {
    ears: true,
    back: shortBack,
    tails: ([1, -1] as const).map((s) => [
      [s * 24, -4, -8],
      [s * 33, -2, -8],
      [s * 37.5, 14, -7],
      [s * 36, 34, -6],
      [s * 31.5, 42, -6],
      [s * 28, 28, -6],
      [s * 27.5, 10, -7],
    ]),
    front: {
      ...pulledBack,
      hairline: mirroredLine([
        [24.4, -9],
        [21, -19],
        [11, -26],
        [0, -32],
      ]),
    },
    strands: [strand([1, -33], [13, -31], [21, -20], 1.7), strand([-1, -33], [-13, -31], [-21, -20], 1.7)],
  },
} as const satisfies Readonly<Record<string, HairStyle>>;
