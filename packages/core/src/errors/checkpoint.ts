import type { ErrorTable } from './table.js';

export const checkpointErrors = {
  FSAE_CHECKPOINT_WRITE: (d: { folder: string; reason: string }) => ({
    what: `The checkpoint could not be written to ${d.folder}. Earlier checkpoints are untouched.`,
    expected: 'a folder that this user may write to',
    received: d.reason,
    todo: `Make the folder writable or choose another one with output: '...' in the config, then run the command again: it resumes from the last checkpoint.`,
  }),
  FSAE_CHECKPOINT_NO_SPACE: (d: { folder: string; needed: number; free: number | null }) => ({
    what: `The disk is full: the checkpoint could not be written to ${d.folder}. Earlier checkpoints are untouched.`,
    expected: `${megabytes(d.needed)} free`,
    received: d.free === null ? 'no space left' : `${megabytes(d.free)} free`,
    todo: 'Free some space, lower checkpoint.keep or choose another disk with output in the config, then run the command again: it resumes from the last checkpoint.',
  }),
  FSAE_CHECKPOINT_STATE: (d: { part: string; reason: string }) => ({
    what: `The state of ${d.part} cannot be saved: reading it back would not give the same.`,
    expected: 'plain JSON (no NaN, undefined, Map, class instance) and arrays that fill their shape',
    received: d.reason,
    todo: `Change what ${d.part} hands to the checkpoint; if it comes from a plugin, tell its author.`,
  }),
  FSAE_CHECKPOINT_MISSING: (d: { path: string }) => ({
    what: `There is no checkpoint at ${d.path}.`,
    expected: 'a checkpoint folder with a manifest.json, such as runs/default/checkpoints/step-000500',
    todo: 'Check the path, or train first.',
  }),
  FSAE_CHECKPOINT_DAMAGED: (d: { path: string; file: string; reason: string }) => ({
    what: `The checkpoint ${d.path} is damaged: ${d.file} is not what was written.`,
    expected: 'every file as its manifest describes it',
    received: d.reason,
    todo: 'Use an earlier checkpoint, or copy this one again from where it came. Nothing is read from a damaged checkpoint.',
  }),
  FSAE_CHECKPOINT_VERSION: (d: { path: string; version: number; supported: number }) => ({
    what: `The checkpoint ${d.path} was written by a newer fsae.`,
    expected: `format version ${d.supported} or older`,
    received: `format version ${d.version}`,
    todo: 'Update: npm i @fsae/core@latest.',
  }),
  FSAE_CHECKPOINT_NONE_USABLE: (d: { folder: string; refused: readonly { name: string; reason: string }[] }) => ({
    what: `No checkpoint in ${d.folder} can be used.`,
    expected: 'at least one that verifies',
    received: d.refused.map(({ name, reason }) => `${name}: ${reason}`).join('; '),
    todo: 'Restore the folder from a backup. To start afresh and lose that training, move the folder away.',
  }),
  FSAE_CHECKPOINT_MISMATCH: (d: { differences: readonly { path: string; from: unknown; to: unknown }[] }) => ({
    what: 'The config does not agree with the checkpoint that this run would resume from.',
    expected: d.differences.map(({ path, from }) => `${path} ${JSON.stringify(from)}`).join(', '),
    received: d.differences.map(({ path, to }) => `${path} ${JSON.stringify(to)}`).join(', '),
    todo: `Set ${d.differences.length === 1 ? 'it' : 'them'} back, or give this run another name to start afresh. Steps, weights and learning rates may change freely.`,
  }),
  FSAE_CHECKPOINT_SAFETENSORS: (d: { file: string; reason: string }) => ({
    what: `${d.file} is not a safetensors file that fsae can read.`,
    expected: 'safetensors with tensors of F32, I32 or F16 that fill the file without gap or overlap',
    received: d.reason,
    todo: 'Check where the file comes from; download or export it again.',
  }),
} satisfies ErrorTable;

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
