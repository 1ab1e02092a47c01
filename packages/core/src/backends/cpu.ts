import * as tf from '@tensorflow/tfjs';
import type { BackendProvider } from '../contracts/index.js';

/** Plain JavaScript, in every tfjs: slow, always there, and the reference that every other backend is checked against. */
export const cpu: BackendProvider = {
  name: 'cpu',
  deterministic: true,
  available: async () => ({ ok: true, detail: `@tensorflow/tfjs ${tf.version_core}` }),
  activate: async () => {
    hushBanner();
    await tf.setBackend('cpu');
  },
};

/** On its first tensor the cpu backend prints six lines that recommend tfjs-node, whatever the reason it is used for. */
export function hushBanner(): void {
  const backend = tf.engine().findBackend('cpu') as unknown as { firstUse: boolean };
  backend.firstUse = false;
}
