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
  FSAE_BACKEND_KERNEL: (d: { kernel: string; name: string }) => ({
    what: `The backend "${d.name}" cannot compute "${d.kernel}", which a model, a loss or a metric of this run uses.`,
    todo: "Choose a backend that can (`backend: 'wasm'` and `'cpu'` compute every operation of tfjs), and tell the author of the plugin.",
  }),
  FSAE_BACKEND_EXPORT: (d: { name: string }) => ({
    what: `The installed backend "${d.name}" writes no ONNX files.`,
    expected: '@fsae/backend-onnx 0.1.0 or newer',
    todo: 'npm i @fsae/backend-onnx@latest',
  }),
  FSAE_BACKEND_INSTALL_PLATFORM: (d: { platform: string; arch: string; gpu: boolean }) => ({
    what: `tfjs-node${d.gpu ? '-gpu' : ''} cannot be built here: its TensorFlow comes from PyPI's wheel for Linux${d.gpu ? ' on x64' : ''}.`,
    received: `${d.platform} ${d.arch}`,
    todo: 'Use the backend onnx (npm i @fsae/backend-onnx) or wasm, or install @tensorflow/tfjs-node by its own instructions.',
  }),
  FSAE_BACKEND_INSTALL_PROJECT: (d: { folder: string }) => ({
    what: `There is no package.json in ${d.folder} to add the package to.`,
    todo: 'Run the command in the folder of your project, or make one: npm init -y.',
  }),
  FSAE_BACKEND_INSTALL_TOOLS: (d: { missing: readonly { tool: string; how: string }[] }) => ({
    what: `The installation needs what is not here, and has changed nothing:\n${d.missing.map(({ tool, how }) => `    ${tool} (${how})`).join('\n')}`,
    todo: 'Provide these and run the command again.',
  }),
  FSAE_BACKEND_INSTALL_STEP: (d: { step: string; command: string; output: string }) => ({
    what: `The installation failed while ${d.step}; the project is as it was.`,
    received: `${d.command}\n${d.output}`,
    todo: 'Mend what the program above complains about and run the command again.',
  }),
  FSAE_BACKEND_INSTALL_NONE: (d: { name: string; project: string }) => ({
    what: `fsae has not installed ${d.name} in ${d.project}: there is nothing to undo.`,
    todo: 'Run the command in the project where it was installed.',
  }),
} satisfies ErrorTable;
