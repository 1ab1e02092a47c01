/** What is known about a backend that need not be there: what it is, and how it is had. */
export interface KnownBackend {
  readonly name: string;
  readonly about: string;
  /** Null where nothing can be installed yet. */
  readonly install: string | null;
}

/** Fastest first: the order in which `auto` tries what is present. Measured in docs/performance.md. */
export const knownBackends: readonly KnownBackend[] = [
  {
    name: 'tfjs-node-gpu',
    install: 'fsae backend install tfjs-node --gpu',
    about: 'TensorFlow on an NVIDIA card',
  },
  { name: 'webgpu', install: null, about: 'any graphics card, without CUDA' },
  { name: 'tfjs-node', install: 'fsae backend install tfjs-node', about: "TensorFlow's own CPU kernels" },
  { name: 'onnx', install: 'npm i @fsae/backend-onnx', about: 'native speed from npm alone' },
  { name: 'wasm', install: 'npm i @tensorflow/tfjs-backend-wasm', about: 'WebAssembly with SIMD' },
  { name: 'cpu', install: 'npm i @tensorflow/tfjs', about: 'plain JavaScript' },
];

/** Position in the recorded order; backends of other plugins stand before plain JavaScript. */
export function rank(name: string): number {
  const position = knownBackends.findIndex((backend) => backend.name === name);
  return position === -1 ? knownBackends.length - 1.5 : position;
}
