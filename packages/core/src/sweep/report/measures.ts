import type { EvaluationRow } from '../../evaluate/rows.js';

/** A number that a run is judged by: the mean over identities or pairs of one metric, or of a difference. */
export interface Measure {
  /** 'swap.truth.psnr', with a region 'swap.truth.psnr:eyes', or one of `derived`. */
  readonly key: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
}

/** In words, where a key does not speak for itself. */
const LABELS: Readonly<Record<string, string>> = {
  'reconstruction.psnr': 'reconstruction',
  aboveMeanFace: 'swap above the mean face',
  'aboveMeanFace:eyes': 'swap above the mean face, eyes',
  'aboveMeanFace:mouth': 'swap above the mean face, mouth',
  gap: 'gap: reconstruction less swap',
  swapInvariance: 'swap invariance',
  'identityBits:two-layer': 'bits of identity in the latent',
  'swapIdentity:nearest': 'swaps nearest to their target',
  'swapIdentity:cosine-to': 'likeness of the swap to its target (cosine)',
  'swap.truth.lpips': 'swap against truth, LPIPS',
  structure: 'pose and expression kept (mean R2)',
};

export function labelOf(key: string): string {
  return LABELS[key] ?? key;
}

/** What a report shows when nobody names anything: quality, then leak, then what a dead latent would lack. */
export const DEFAULT_MEASURES: readonly string[] = Object.keys(LABELS);
/** What leaks, for the figures of reconstruction against leak. */
export const LEAKS: readonly string[] = ['gap', 'swapInvariance', 'identityBits:two-layer'];

/** Every measure of a run's rows by its key. Values that are not finite are left out. */
export function measuresOf(rows: readonly EvaluationRow[]): ReadonlyMap<string, Measure & { readonly value: number }> {
  const found = new Map<string, Measure & { values: number[] }>();
  const add = (key: string, value: number | null, { unit, better }: Pick<EvaluationRow, 'unit' | 'better'>) => {
    if (value === null || !Number.isFinite(value)) return;
    const known = found.get(key);
    if (known === undefined) found.set(key, { key, unit, better, values: [value] });
    else known.values.push(value);
  };
  for (const row of rows) {
    const { metric, region, value, meanFace, reconstruction, unit } = row;
    add(withRegion(metric, region), value, row);
    if (metric === 'swap.structure.r2') add('structure', value, row);
    if (metric !== 'swap.truth.psnr') continue;
    if (meanFace !== null) add(withRegion('aboveMeanFace', region), value - meanFace, row);
    if (reconstruction !== null) add(withRegion('gap', region), reconstruction - value, { unit, better: 'lower' });
  }
  return new Map(
    [...found].map(([key, { values, unit, better }]) => {
      const value = values.reduce((sum, one) => sum + one, 0) / values.length;
      return [key, { key, unit, better, value }];
    }),
  );
}

function withRegion(name: string, region: string): string {
  return region === 'whole' ? name : `${name}:${region}`;
}
