/** A backend that need not be there, and how it is had; null where nothing can be installed yet. */
export interface KnownBackend {
  readonly name: string;
  readonly install: string | null;
}

/** Fastest first, by docs/performance.md: the order in which `auto` tries what is present (docs/guide/backends.md). */
export const knownBackends: readonly KnownBackend[] = [
  { name: 'tfjs-node-gpu', install: 'npx fsae backend install tfjs-node --gpu' },
  { name: 'webgpu', install: null },
  { name: 'onnx', install: 'npm i @fsae/backend-onnx' },
  { name: 'tfjs-node', install: 'npx fsae backend install tfjs-node' },
  { name: 'wasm', install: 'npm i @tensorflow/tfjs-backend-wasm' },
  { name: 'cpu', install: 'npm i @tensorflow/tfjs' },
];

/** Position in the recorded order; backends of other plugins stand before plain JavaScript. */
export function rank(name: string): number {
  const position = knownBackends.findIndex((backend) => backend.name === name);
  return position === -1 ? knownBackends.length - 1.5 : position;
}
