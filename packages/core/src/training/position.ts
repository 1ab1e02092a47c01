/** Where a run stands: the last finished step. Restored from a checkpoint, advanced by the trainer, saved by callbacks. */
export interface Position {
  step: number;
}
