// CIE 1976 L*a*b* of sRGB (IEC 61966-2-1) under D65, its own white.

const WHITE = [0.95047, 1, 1.08883] as const;
const EDGE = 6 / 29;

const linear = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** Bytes of a pixel at `at` to L* (0..100), a*, b*. */
export function toLab(data: Uint8Array, at: number, into: Float64Array): void {
  const [r, g, b] = [linear[data[at]!]!, linear[data[at + 1]!]!, linear[data[at + 2]!]!];
  const x = root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / WHITE[0]);
  const y = root(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = root((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / WHITE[2]);
  into[0] = 116 * y - 16;
  into[1] = 500 * (x - y);
  into[2] = 200 * (y - z);
}

/** L*, a*, b* to bytes; colours that sRGB does not have are cut off. */
export function fromLab(lab: Float64Array, data: Uint8Array, at: number): void {
  const y = (lab[0]! + 16) / 116;
  const [x, z] = [y + lab[1]! / 500, y - lab[2]! / 200];
  const [X, Y, Z] = [WHITE[0] * cube(x), cube(y), WHITE[2] * cube(z)];
  data[at] = byteOf(3.2404542 * X - 1.5371385 * Y - 0.4985314 * Z);
  data[at + 1] = byteOf(-0.969266 * X + 1.8760108 * Y + 0.041556 * Z);
  data[at + 2] = byteOf(0.0556434 * X - 0.2040259 * Y + 1.0572252 * Z);
}

const root = (t: number): number => (t > EDGE ** 3 ? Math.cbrt(t) : t / (3 * EDGE * EDGE) + 4 / 29);
const cube = (t: number): number => (t > EDGE ? t ** 3 : 3 * EDGE * EDGE * (t - 4 / 29));

function byteOf(value: number): number {
  const shown = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.min(255, Math.max(0, Math.round(255 * shown)));
}
