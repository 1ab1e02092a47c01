import type { Callback, StepReport, TrainingEnd } from '../contracts/index.js';
import type { CheckpointContents } from './format.js';
import type { CheckpointStore } from './store.js';

/** Everything a checkpoint holds apart from what the callbacks say. */
export type RunSnapshot = () => Promise<Omit<CheckpointContents, 'callbacks'>>;

/** Saves every `every` steps and at the end, with the state of the other callbacks, and tells them. */
export function checkpointCallback(settings: {
  readonly store: CheckpointStore;
  readonly every: number;
  readonly snapshot: RunSnapshot;
  readonly others: readonly Callback[];
}): Callback {
  const { store, every, snapshot, others } = settings;
  let saved = 0;
  const save = async () => {
    const contents = await snapshot();
    const callbacks: Record<string, unknown> = {};
    for (const other of others) if (other.state !== undefined) callbacks[other.name] = other.state();
    const path = await store.save({ ...contents, callbacks });
    saved = contents.step;
    for (const other of others) await other.onCheckpoint?.(path, contents.step);
  };
  return {
    name: 'checkpoints',
    onStart(step) {
      saved = step;
    },
    async onStep({ index }: StepReport) {
      if (index % every === 0) await save();
    },
    async onEnd({ step }: TrainingEnd) {
      if (step > saved) await save();
    },
  };
}
