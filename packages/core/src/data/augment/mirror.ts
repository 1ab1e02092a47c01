import { fsaeError } from '../../errors/catalogue.js';

// Left and right of the 68 points (iBUG 300-W), index by index from 0: jaw, brows, nose, nostrils, eyes, outer lips, inner lips.
const OTHER_SIDE = [
  ...[16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
  ...[26, 25, 24, 23, 22, 21, 20, 19, 18, 17],
  ...[27, 28, 29, 30],
  ...[35, 34, 33, 32, 31],
  ...[45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40],
  ...[54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55],
  ...[64, 63, 62, 61, 60, 67, 66, 65],
];

/** Mirrors rows of `channels` values in place: size * size * channels. */
export function mirrorPicture(picture: Float32Array, size: number, channels: number): void {
  for (let row = 0; row < size; row++) {
    let left = row * size * channels;
    let right = left + (size - 1) * channels;
    for (; left < right; left += channels, right -= channels) {
      for (let channel = 0; channel < channels; channel++) {
        const value = picture[left + channel]!;
        picture[left + channel] = picture[right + channel]!;
        picture[right + channel] = value;
      }
    }
  }
}

/**
 * Mirrors 68 x, y pairs in 0..1 in place: x becomes 1 - x, and the points change sides, so that point 36 stays the outer
 * corner of the eye on the left of the picture.
 *
 * @throws FSAE_DATA_LANDMARKS_MIRROR when there are not 68 points: which are whose counterparts is known for these only.
 */
export function mirrorLandmarks(points: Float32Array): void {
  if (points.length !== 2 * OTHER_SIDE.length)
    throw fsaeError('FSAE_DATA_LANDMARKS_MIRROR', { points: points.length / 2 });
  const before = points.slice();
  for (let i = 0; i < OTHER_SIDE.length; i++) {
    const other = OTHER_SIDE[i]!;
    points[2 * i] = 1 - before[2 * other]!;
    points[2 * i + 1] = before[2 * other + 1]!;
  }
}
