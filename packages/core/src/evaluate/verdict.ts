import type { EvaluationRow } from './rows.js';

export interface Verdict {
  readonly text: string;
  readonly passed: boolean;
}

/** What is seen of a leak: the swap is this much farther from the truth than the reconstruction is from the face. */
const GAP = 3;
/** Share of swaps whose nearest centroid has to be the target's, where only a recogniser can judge. */
const NEAREST = 0.9;

/**
 * Is it a swap, does it leak, and what would help? In the order of what was measured to help most
 * (docs/experiments/phase-transition.md).
 */
export function verdictOf(rows: readonly EvaluationRow[]): Verdict {
  const whole = (metric: string, region = 'whole') =>
    rows.filter((row) => row.metric === metric && row.region === region && row.from !== row.to);
  const swaps = whole('swap.truth.psnr');
  if (swaps.length > 0) return byTruth(swaps);
  const nearest = whole('swapIdentity', 'nearest');
  if (nearest.length > 0) return byJudge(nearest);
  return {
    passed: false,
    text: 'Nobody knows the true swap of these people, and no recogniser judged: install @fsae/loss-arcface and look at the pictures.',
  };
}

function byTruth(swaps: readonly EvaluationRow[]): Verdict {
  const of = (row: EvaluationRow) => ({
    pair: `${row.from} > ${row.to}`,
    margin: row.value - (row.meanFace ?? Number.NaN),
    gap: (row.reconstruction ?? Number.NaN) - row.value,
  });
  const worst = swaps.map(of).reduce((a, b) => (b.margin < a.margin ? b : a));
  const widest = swaps.map(of).reduce((a, b) => (b.gap > a.gap ? b : a));
  const margin = `${Math.abs(worst.margin).toFixed(1)} dB ${worst.margin < 0 ? 'below' : 'above'} the target's mean face (${worst.pair})`;
  if (worst.margin <= 0) return { passed: false, text: `Not a swap: ${margin}. ${HELP}` };
  const gap = `${widest.gap.toFixed(1)} dB behind the reconstruction (${widest.pair})`;
  if (widest.gap > GAP) return { passed: true, text: `A swap, ${margin}, that leaks: ${gap}. ${HELP}` };
  return { passed: true, text: `A swap: at least ${margin}, at most ${gap}.` };
}

function byJudge(nearest: readonly EvaluationRow[]): Verdict {
  const least = nearest.reduce((a, b) => (b.value < a.value ? b : a));
  const share = `${Math.round(100 * least.value)} % of ${least.from} > ${least.to} are taken for ${least.to}`;
  if (least.value < NEAREST) return { passed: false, text: `Identity leaks: only ${share}. ${HELP}` };
  const mush =
    (least.meanFace ?? 0) >= least.value ? ' So is the mean face: whether it is a swap, only the pictures tell.' : '';
  return {
    passed: true,
    text: `The swap shows the right person: ${share} or more.${mush} Look at the expression, too.`,
  };
}

const HELP =
  'What helps: latent statistics per cell, the vector adversary, a stronger input warp, a narrower grid (docs/guide/evaluate.md).';
