import type { Detection, Region } from '../contracts.js';

/** Intersection over union of two regions, their turning left out of account. */
export function overlap(a: Region, b: Region): number {
  const along = (axis: 0 | 1) =>
    Math.min(a.centre[axis] + a.side / 2, b.centre[axis] + b.side / 2) -
    Math.max(a.centre[axis] - a.side / 2, b.centre[axis] - b.side / 2);
  const both = Math.max(0, along(0)) * Math.max(0, along(1));
  return both / (a.side ** 2 + b.side ** 2 - both);
}

/** Of detections of one face the best; best first. */
export function distinct(found: readonly Detection[], atMost = 0.3): Detection[] {
  const kept: Detection[] = [];
  for (const detection of found.toSorted((a, b) => b.score - a.score)) {
    if (!kept.some(({ region }) => overlap(region, detection.region) > atMost)) kept.push(detection);
  }
  return kept;
}
