import type { ErrorTable } from './table.js';

export const modelErrors = {
  FSAE_MODEL_SIZE: (d: { part: string; expected: string; received: string }) => ({
    what: `The ${d.part} does not fit the sizes of this model.`,
    expected: d.expected,
    received: d.received,
    todo: "Change `size` or the part's options; `fsae inspect` shows the shapes of every layer.",
  }),
  FSAE_MODEL_WEIGHTS: (d: { part: string; expected: string; received: string }) => ({
    what: `The saved weights of ${d.part} do not fit this model.`,
    expected: d.expected,
    received: d.received,
    todo: 'Use the config that the checkpoint was made with, or start a new run under another name.',
  }),
} satisfies ErrorTable;
