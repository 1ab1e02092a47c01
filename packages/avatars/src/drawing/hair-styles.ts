import type { Point, Point3 } from '../head.js';

/** A light line on the hair: start, control point and end on the head's surface. */
export interface Strand {
  readonly through: readonly [Point, Point, Point];
  readonly width: number;
  readonly opacity: number;
}

export type Curl = readonly [x: number, y: number, depth: number, radius: number];

/** A haircut in head units. Outlines slide like the face's outline; hairlines and strands lie on the head's surface. */
export interface HairStyle {
  readonly ears: boolean;
  /** Behind the head: the right half from the crown down, mirrored. */
  readonly back?: readonly Point3[];
  /** Closed shapes behind everything: tails, bunches. */
  readonly tails?: readonly (readonly Point3[])[];
  /** Over the forehead: clockwise along the outside, then back along the hairline. */
  readonly front?: { readonly outside: readonly Point3[]; readonly hairline: readonly Point[]; readonly lift: number };
  /** Round locks: behind the face with the outline's depth, along the hairline with their lift over the surface. */
  readonly curls?: { readonly behind: readonly Curl[]; readonly front: readonly Curl[] };
  readonly strands: readonly Strand[];
  /** Below 1 for hair through which skin shows. */
  readonly density?: number;
}

const strand = (start: Point, control: Point, end: Point, width = 1.7, opacity = 0.6): Strand => ({
  through: [start, control, end],
  width,
  opacity,
});

const mirrored = (half: readonly Point3[]): Point3[] => [
  ...[...half].reverse().map(([x, y, z]): Point3 => [-x, y, z]),
  ...half.filter(([x]) => x !== 0),
];
const mirroredLine = (half: readonly Point[]): Point[] => [
  ...half,
  ...[...half]
    .reverse()
    .filter(([x]) => x !== 0)
    .map(([x, y]): Point => [-x, y]),
];

/** Locks along a polyline, both ends included. */
function curlsAlong(line: readonly Point[], count: number, depth: number, radius: number): Curl[] {
  return Array.from({ length: count }, (_, i): Curl => {
    const at = (i / (count - 1)) * (line.length - 1);
    const k = Math.min(Math.floor(at), line.length - 2);
    const [a, b] = [line[k] as Point, line[k + 1] as Point];
    const t = at - k;
    // Uneven sizes read as hair, even ones as beads.
    const size = radius * (i % 3 === 0 ? 1.12 : i % 3 === 1 ? 0.9 : 1);
    return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, depth, size];
  });
}

const shortBack: readonly Point3[] = [
  [0, -42, -4],
  [18, -38, -5],
  [28, -22, -6],
  [28, -4, -6],
  [20, 6, -8],
];
const bobBack: readonly Point3[] = [
  [0, -43, -4],
  [20, -37, -5],
  [32, -16, -6],
  [34, 8, -4],
  [33, 28, -2],
  [24, 34, -2],
  [10, 36, -6],
];
const longBack: readonly Point3[] = [
  [0, -43, -4],
  [20, -38, -5],
  [32, -19, -6],
  [34.5, 6, -5],
  [36, 30, -4],
  [35, 52, -4],
  [12, 54, -6],
];
const shortOutside: readonly Point3[] = [
  [-26.2, -6, 2],
  [-27.5, -22, 1],
  [-18, -37.5, 1],
  [0, -43, 1],
  [18, -38.5, 1],
  [27, -23, 1],
  [26.2, -6, 2],
];
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

export const hairStyles = {
  bob: {
    ears: false,
    back: bobBack,
    front: {
      outside: [
        [-27, 6, 2],
        [-29.5, -14, 1],
        [-23, -33, 1],
        [-4, -42, 1],
        [16, -39, 1],
        [27.5, -24, 1],
        [30, -4, 1],
        [28, 10, 2],
      ],
      hairline: [
        [25, 2],
        [22.5, -11],
        [15, -20],
        [3, -25.5],
        [-8, -21],
        [-18, -13],
        [-24.5, 0],
      ],
      lift: 2,
    },
    strands: [strand([4, -31], [-9, -29], [-17, -18], 1.8, 0.7), strand([4, -31], [17, -29], [21, -18], 1.6)],
  },
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
  long: {
    ears: false,
    back: longBack,
    front: {
      outside: mirrored([
        [0, -43, 1],
        [18, -38.5, 1],
        [28.8, -22, 1],
        [30.5, -2, 1],
        [28.5, 22, 2],
      ]),
      hairline: mirroredLine([
        [25.2, 15],
        [24.4, -4],
        [19.5, -17],
        [9, -27],
        [0, -32],
      ]),
      lift: 2,
    },
    strands: [strand([2, -34], [16, -32], [24, -13], 1.8), strand([-2, -34], [-16, -32], [-24, -13], 1.8)],
  },
  wavy: {
    ears: false,
    back: [
      [0, -43, -4],
      [19, -39, -5],
      [31, -22, -6],
      [31.5, -8, -5],
      [36, 4, -5],
      [33.5, 16, -4],
      [38, 28, -4],
      [33, 42, -4],
      [12, 46, -6],
    ],
    front: {
      outside: [
        [-27.5, 12, 2],
        [-31, 0, 1],
        [-28, -14, 1],
        [-25, -32, 1],
        [-6, -43, 1],
        [15, -40, 1],
        [28, -25, 1],
        [28.5, -12, 1],
        [31, 2, 1],
        [28, 14, 2],
      ],
      hairline: [
        [24.8, 8],
        [25.2, -3],
        [21.5, -13],
        [12, -19],
        [0, -24],
        [-10, -31.5],
        [-18, -22],
        [-24.5, -10],
        [-24, 0],
        [-25.2, 8],
      ],
      lift: 2,
    },
    strands: [
      strand([-8, -33], [10, -32], [22, -14], 1.9),
      strand([-8, -32], [6, -28], [14, -21], 1.6),
      strand([-12, -32], [-22, -26], [-25, -8], 1.7),
    ],
  },
  fringe: {
    ears: false,
    back: bobBack,
    front: {
      outside: mirrored([
        [0, -43, 1],
        [18, -39, 1],
        [28.8, -22, 1],
        [30.2, -4, 1],
        [28, 10, 2],
      ]),
      hairline: mirroredLine([
        [25, 3],
        [24, -9],
        [20.5, -16],
        [10, -17],
        [0, -16.4],
      ]),
      lift: 2,
    },
    strands: [
      strand([2, -34], [6, -27], [7, -19], 1.4),
      strand([-3, -34], [-8, -27], [-9, -19], 1.4),
      strand([8, -33], [18, -28], [20, -19], 1.5),
      strand([-8, -33], [-18, -28], [-20, -19], 1.5),
    ],
  },
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

export type HairStyleName = keyof typeof hairStyles;
export const hairStyleOf = (name: HairStyleName): HairStyle => hairStyles[name];
