import type { ErrorTable } from './table.js';

export const backendErrors = {
  FSAE_BACKEND_UNKNOWN: (d: { name: string; known: readonly string[] }) => ({
    what: `There is no backend "${d.name}".`,
    expected: `auto, ${d.known.join(', ')}`,
    received: d.name,
    todo: 'Choose one of those, or list the plugin that brings it under `plugins`. `fsae doctor` shows what works here.',
  }),
  FSAE_BACKEND_UNAVAILABLE: (d: { name: string; reason: string; install: string }) => ({
    what: `The backend "${d.name}" does not work here: ${d.reason}.`,
    todo: `${d.install}, or choose \`backend: 'auto'\`.`,
  }),
  FSAE_BACKEND_LOAD: (d: { name: string; reason: string }) => ({
    what: `The backend "${d.name}" is installed but does not load: ${d.reason}.`,
    todo: "Run `fsae doctor`; reinstall the package for this Node.js and this machine, or choose `backend: 'auto'`.",
  }),
  FSAE_BACKEND_TWO_TFJS: (d: {
    ours: { version: string; folder: string };
    theirs: { version: string; folder: string; name: string };
  }) => ({
    what: `Two versions of TensorFlow.js are installed, and ${d.theirs.name} uses another than fsae. They would share one engine and overwrite each other's kernels.`,
    expected: `@tensorflow/tfjs-core ${d.ours.version} (${d.ours.folder})`,
    received: `@tensorflow/tfjs-core ${d.theirs.version} (${d.theirs.folder})`,
    todo: `Install one version: npm i @tensorflow/tfjs@${d.ours.version} ${d.theirs.name}@${d.ours.version}, then npm dedupe.`,
  }),
  FSAE_BACKEND_MEMORY: (d: { name: string; bytes?: number }) => ({
    what: `The backend "${d.name}" is out of memory.`,
    ...(d.bytes === undefined ? {} : { received: `a request for ${(d.bytes / 2 ** 20).toFixed(1)} MiB` }),
    todo: 'Lower train.batchSize or size, or choose a backend with more memory (wasm ends at 4 GiB).',
  }),
} satisfies ErrorTable;
