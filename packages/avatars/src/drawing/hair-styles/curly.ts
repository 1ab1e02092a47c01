import { shortOutside } from './short.js';
import { type Curl, curlsAlong, type HairStyle, mirrored, mirroredLine } from './style.js';

export const curly = {
  curly: {
    ears: false,
    back: [
      [0, -43, -4],
      [19, -39, -5],
      [30, -22, -6],
      [32, 0, -5],
      [30, 18, -4],
      [14, 22, -6],
    ],
    front: {
      outside: shortOutside,
      hairline: mirroredLine([
        [24, -8],
        [21, -19],
        [11, -24],
        [0, -23],
      ]),
      lift: 1.5,
    },
    curls: {
      behind: curlsAlong(
        [
          [-29, 21],
          [-34, 6],
          [-33, -12],
          [-27, -30],
          [-13, -41],
          [0, -43],
          [13, -41],
          [27, -30],
          [33, -12],
          [34, 6],
          [29, 21],
        ],
        17,
        -5,
        6.2,
      ),
      front: curlsAlong(
        [
          [-26, -4],
          [-23.5, -18],
          [-13, -25.5],
          [0, -24.5],
          [13, -25.5],
          [23.5, -18],
          [26, -4],
        ],
        11,
        1.5,
        4.4,
      ),
    },
    strands: [],
  },
  afro: {
    ears: false,
    back: [
      [0, -50, -4],
      [23, -44, -4],
      [34.5, -26, -5],
      [36, -4, -5],
      [30.5, 14, -6],
      [16, 18, -8],
    ],
    front: {
      outside: mirrored([
        [0, -44, 1],
        [18, -39, 1],
        [27.5, -23, 1],
        [26.4, -5, 2],
      ]),
      hairline: mirroredLine([
        [24.2, -9],
        [20.5, -20],
        [11, -25.5],
        [0, -26.5],
      ]),
      lift: 1.5,
    },
    curls: {
      behind: curlsAlong(
        [
          [-28, 16],
          [-34.5, 4],
          [-36, -8],
          [-35, -22],
          [-28, -38],
        ],
        13,
        -5,
        3.4,
      ).flatMap(([x, y, z, r]): Curl[] => [
        [x, y, z, r],
        [-x, y, z, r],
      ]),
      front: curlsAlong(
        [
          [-24.6, -8],
          [-21, -20],
          [-11, -26],
          [0, -27],
          [11, -26],
          [21, -20],
          [24.6, -8],
        ],
        15,
        1.5,
        3,
      ),
    },
    strands: [],
  },
} as const satisfies Readonly<Record<string, HairStyle>>;
