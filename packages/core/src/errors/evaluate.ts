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
  FSAE_EVALUATE_OVERLAP: (d: { identity: string; count: number; of: number; face: string; trained: string }) => ({
    what: `The faces given for "${d.identity}" are not new to the model.`,
    expected: 'faces whose content is in no training set of the run',
    received: `${d.count} of ${d.of} were trained on, "${d.face}" as "${d.trained}" for one`,
    todo: 'Take them out, or leave out --on: the faces that the run held out are measured then.',
  }),
  FSAE_EVALUATE_ON: (d: { received: string }) => ({
    what: 'What to evaluate on cannot be read.',
    expected: `"held-out", or a folder of aligned faces for people of the run: src=faces/src-new,dst=faces/dst-new`,
    received: `"${d.received}"`,
    todo: 'Write --on NAME=FOLDER, several separated by commas; people that are not named keep their held-out faces.',
  }),
  FSAE_EVALUATE_REQUIRE: (d: { received: string }) => ({
    what: 'A requirement cannot be read.',
    expected: 'METRIC>=NUMBER (or >, <, <=), several separated by commas, with [REGION] where one is meant',
    received: `"${d.received}"`,
    todo: "For example --require 'swapInvariance>=25,swap.truth.psnr[eyes]>=20'.",
  }),
  FSAE_EVALUATE_REQUIRE_UNKNOWN: (d: { metric: string; known: readonly string[] }) => ({
    what: `Nothing called "${d.metric}" was measured.`,
    expected: d.known.join(', '),
    received: d.metric,
    todo: 'Correct the name; what one metric calls "whole" or "eyes" goes in brackets behind it.',
  }),
  FSAE_EVALUATE_METRIC_NAN: (d: { metric: string; region: string; from: string; to: string; value: number }) => ({
    what: `The metric "${d.metric}" (${d.region}, ${d.from} > ${d.to}) gave no number, and is left out.`,
    expected: 'a finite value with a finite interval',
    received: String(d.value),
    todo: 'If the metric is a plugin, tell its author; a model that has diverged gives no numbers either.',
  }),
} satisfies ErrorTable;
