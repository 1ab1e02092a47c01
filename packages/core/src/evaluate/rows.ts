/** One line of evaluation.json and of the table. Baselines are in the same unit; null where one does not apply. */
export interface EvaluationRow {
  readonly metric: string;
  /** 'whole', or a region of the dataset ('eyes', 'mouth'). */
  readonly region: string;
  readonly from: string;
  readonly to: string;
  readonly value: number;
  /** 95 % bootstrap interval over groups of held-out faces. */
  readonly low: number;
  readonly high: number;
  /** The mean training face of `to` in place of the swap: what mush reaches. */
  readonly meanFace: number | null;
  /** The source picture itself in place of the swap. */
  readonly noSwap: number | null;
  /** decoder(to) on `to`'s own held-out faces. */
  readonly reconstruction: number | null;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
}

export interface Evaluation {
  readonly step: number;
  /** Seconds of training behind the evaluated weights. */
  readonly seconds: number;
  readonly backend: string;
  readonly rows: readonly EvaluationRow[];
}
