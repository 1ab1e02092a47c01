import type { ErrorTable } from './table.js';

export const trainingErrors = {
  FSAE_TRAINING_DIVERGED: (d: { step: number; inRow: number; losses: readonly string[] }) => ({
    what: `Training diverged: the gradient was not finite in ${d.inRow} steps in a row, the last at step ${d.step}. The weights were not touched by any of them.`,
    expected: 'finite losses and gradients',
    received:
      d.losses.length > 0
        ? `NaN or infinity in ${d.losses.map((name) => `"${name}"`).join(', ')}`
        : 'finite losses, but a gradient that is not finite',
    todo: 'Lower train.optimizer.learningRate, set train.clip (for example 1), or lower the weight of the loss named above; then resume from the last checkpoint.',
  }),
  FSAE_TRAINING_NEED: (d: { loss: string; need: string; missing: readonly string[] }) => ({
    what: `The loss "${d.loss}" needs ${d.need === 'posterior' ? 'a variational bottleneck' : `${d.need} of every face`}.`,
    expected:
      d.need === 'posterior' ? 'model.bottleneck with variational: true' : `a dataset that provides '${d.need}'`,
    received: d.missing.join(', '),
    todo:
      d.need === 'posterior'
        ? 'Set `variational: true` on the bottleneck, or leave the loss out.'
        : `Add ${d.need} as sidecar files (docs/guide/data.md), or leave the loss out.`,
  }),
  FSAE_TRAINING_LOSSES: (_: Record<never, never>) => ({
    what: 'The config asks for no loss: there is nothing to train.',
    expected: 'at least one loss with a weight other than 0',
    received: 'none',
    todo: 'Add for example `losses: { l1: 1 }`, or leave `losses` out to take those of the preset.',
  }),
  FSAE_TRAINING_OUTPUT: (d: { path: string; reason: string }) => ({
    what: `Cannot write ${d.path}.`,
    expected: 'an output folder that this user may write to',
    received: d.reason,
    todo: 'Free space or change the permissions, or set `output` to another folder. Nothing of an earlier run was touched.',
  }),
} satisfies ErrorTable;
