import type { ErrorTable } from './table.js';

export const evaluateErrors = {
  FSAE_EVALUATE_NO_FACES: (d: { identity: string }) => ({
    what: `There is no held-out face of "${d.identity}" to evaluate on.`,
    expected: 'at least one face that the model was not trained on, better 20 or more',
    received: '0',
    todo: 'Raise data.heldOut, or add faces; then train again, since the split belongs to the run.',
  }),
  FSAE_EVALUATE_NO_CHECKPOINT: (d: { run: string }) => ({
    what: 'There is no trained model to work with.',
    expected: `a checkpoint under ${d.run}`,
    received: 'none',
    todo: 'Train first (`fsae train`), or name another run: `fsae evaluate runs/NAME`.',
  }),
  FSAE_EVALUATE_IDENTITY: (d: { identity: string; known: readonly string[] }) => ({
    what: `The model knows nobody called "${d.identity}".`,
    expected: d.known.map((name) => `"${name}"`).join(' or '),
    received: `"${d.identity}"`,
    todo: 'Use a name from `identities` of the config that the model was trained with (`fsae inspect` lists them).',
  }),
} satisfies ErrorTable;
