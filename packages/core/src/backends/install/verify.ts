import { join } from 'node:path';
import { execute } from './execute.js';

/** What the installed package said about itself. */
export interface Verified {
  /** TensorFlow's own version. */
  readonly tensorflow: string;
  readonly usesGpu: boolean;
  /** Largest distance of the gradients of a convolution from those of cpu. */
  readonly difference: number;
}

/**
 * Loads the package in a process of its own and compares the gradients of a convolution with those of cpu.
 *
 * @throws FSAE_BACKEND_INSTALL_STEP
 */
export async function verify(folder: string): Promise<Verified> {
  const output = await execute({
    step: 'checking a gradient',
    command: process.execPath,
    arguments: ['-e', script, folder],
    cwd: join(folder, '..', '..', '..'),
    env: { TF_CPP_MIN_LOG_LEVEL: '3' },
  });
  const line = output.split('\n').findLast((one) => one.startsWith('{')) as string;
  return JSON.parse(line) as Verified;
}

const script = `
const util = require('util');
const gone = { isNullOrUndefined: (value) => value == null, isArray: Array.isArray };
for (const [name, value] of Object.entries(gone)) Object.defineProperty(util, name, { value, configurable: true });
const tf = require(process.argv[1]);
const waves = (shape) => tf.tensor(Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(1.3 * i)), shape);
const gradients = () => tf
  .grads((x, w) => tf.sum(tf.square(tf.conv2d(x, w, 2, 'same'))))([waves([2, 8, 8, 3]), waves([3, 3, 3, 4])])
  .map((gradient) => gradient.dataSync());
const { binding, isUsingGpuDevice } = tf.backend();
const received = gradients();
tf.setBackend('cpu');
const expected = gradients();
const distance = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));
const difference = Math.max(...expected.map((values, i) => distance(values, received[i])));
if (!(difference < 1e-3)) throw new Error('gradients differ from those of cpu by ' + difference);
console.log(JSON.stringify({ tensorflow: binding.TF_Version, usesGpu: isUsingGpuDevice, difference }));
`;
