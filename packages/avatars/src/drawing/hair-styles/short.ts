import type { Point3 } from '../../head.js';
import { type HairStyle, mirrored, mirroredLine, strand } from './style.js';

export const shortBack: readonly Point3[] = [
  [0, -42, -4],
  [18, -38, -5],
  [28, -22, -6],
  [28, -4, -6],
  [20, 6, -8],
];
export const shortOutside: readonly Point3[] = [
  [-26.2, -6, 2],
  [-27.5, -22, 1],
  [-18, -37.5, 1],
  [0, -43, 1],
  [18, -38.5, 1],
  [27, -23, 1],
  [26.2, -6, 2],
];

export const short = {
  short: {
    ears: true,
    back: shortBack,
    front: {
      outside: shortOutside,
      hairline: [
        [24, -14],
        [19, -21],
        [9, -24],
        [-4, -27],
        [-15, -22.5],
        [-23, -14],
      ],
      lift: 1.5,
    },
    strands: [strand([10, -29], [-2.5, -36], [-15, -29], 2.2)],
  },
  parted: {
    ears: true,
    back: shortBack,
    front: {
      outside: shortOutside,
      hairline: [
        [24.3, -11],
        [22, -17.5],
        [13, -20],
        [0, -23.5],
        [-12, -31],
        [-18, -24],
        [-23.5, -13],
      ],
      lift: 1.5,
    },
    strands: [strand([-11, -32], [6, -33], [20, -22], 2), strand([-11, -31], [4, -28], [15, -23], 1.6)],
  },
  quiff: {
    ears: true,
    back: shortBack,
    front: {
      outside: [
        [-26, -8, 2],
        [-27, -22, 1],
        [-22, -36, 1],
        [-6, -45, 2],
        [14, -44, 2],
        [27.5, -31, 1],
        [26.5, -18, 1],
        [26, -8, 2],
      ],
      hairline: [
        [24.2, -12],
        [21, -23],
        [15, -28.5],
        [4, -25.5],
        [-8, -29],
        [-19, -24],
        [-23.6, -12],
      ],
      lift: 1.5,
    },
    strands: [
      strand([-6, -28], [-4, -34], [8, -37], 2),
      strand([4, -26.5], [10, -32], [19, -32], 2),
      strand([-14, -27], [-14, -33], [-6, -37], 1.7),
    ],
  },
  receding: {
    ears: true,
    back: shortBack,
    front: {
      outside: shortOutside,
      hairline: [
        [24.4, -9],
        [21.8, -20],
        [17, -29.5],
        [10, -31.5],
        [0, -28.5],
        [-10, -31.5],
        [-17, -29.5],
        [-21.8, -20],
        [-24.4, -9],
      ],
      lift: 1.5,
    },
    strands: [strand([7, -32], [0, -36], [-8, -32], 1.6)],
  },
  buzz: {
    ears: true,
    front: {
      outside: mirrored([
        [0, -37.6, 2],
        [13.8, -34.5, 4],
        [25.8, -17, 6],
        [26.4, -5, 7],
      ]),
      hairline: mirroredLine([
        [24.2, -12],
        [21.5, -21],
        [14, -26],
        [0, -27.5],
      ]),
      lift: 1.5,
    },
    strands: [],
    density: 0.82,
  },
  bald: { ears: true, strands: [] },
  pixie: {
    ears: true,
    back: [
      [0, -43, -4],
      [19, -39, -5],
      [29.5, -22, -6],
      [29, -2, -6],
      [24, 12, -8],
    ],
    front: {
      outside: [
        [-26, 0, 3],
        [-28.5, -18, 1],
        [-20, -37.5, 1],
        [-2, -43.5, 1],
        [17, -39.5, 1],
        [28, -24, 1],
        [27, -2, 2],
      ],
      hairline: [
        [24.6, -3],
        [23, -12],
        [16, -16],
        [4, -18.5],
        [-8, -24],
        [-17, -19],
        [-22.5, -10],
        [-24.6, -3],
      ],
      lift: 2,
    },
    strands: [
      strand([-11, -31], [6, -32], [19, -19], 1.9),
      strand([-11, -30], [2, -27], [11, -20], 1.6),
      strand([-12, -31], [-20, -27], [-23, -15], 1.5),
    ],
  },
} as const satisfies Readonly<Record<string, HairStyle>>;
