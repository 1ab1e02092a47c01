/** The default one is `alternating`; a plugin may bring another, chosen by name: train: { use: 'mine' }. */
export interface Trainer {
  run(limits: { readonly until: number; readonly signal: AbortSignal }): Promise<TrainingEnd>;
}

export interface TrainingEnd {
  readonly step: number;
  readonly reason: 'done' | 'stopped' | 'diverged';
}

/** `read` is asynchronous and at most one step behind: WebGPU cannot read synchronously in Node. */
export interface StepReport {
  readonly index: number;
  /** Logged scalars by name: 'loss', 'loss/<name>', '<name>/<logged>', 'gradientNorm', 'learningRate'. */
  read(): Promise<Readonly<Record<string, number>>>;
  /** Seconds that this step took in all and waited for data. */
  readonly seconds: number;
  readonly waitingSeconds: number;
}

/** The only way to hang something on the loop: progress, preview, checkpoints, metrics, early stop. */
export interface Callback {
  readonly name: string;
  onStart?(step: number): void | Promise<void>;
  onStep?(report: StepReport): void | Promise<void>;
  onCheckpoint?(path: string, step: number): void | Promise<void>;
  onEnd?(end: TrainingEnd): void | Promise<void>;
  /** JSON-safe; saved with the checkpoint and given back on resume. */
  state?(): unknown;
  restore?(state: unknown): void;
}
