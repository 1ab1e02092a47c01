import * as tf from '@tensorflow/tfjs';
import type { BackendOptions, BackendProvider } from '../contracts/index.js';
import { cpu } from './cpu.js';

/** What one small training step said about a backend. */
export type Verdict =
  | { readonly ok: true; readonly difference: number; readonly seconds: number }
  | { readonly ok: false; readonly reason: string };

/** Largest accepted distance of the losses before and after one step from those of cpu. */
const tolerance = 1e-4;

const learningRate = 1e-2;
const epsilon = 1e-8;

const shapes = {
  'conv1/kernel': [5, 5, 3, 8],
  'conv1/bias': [8],
  'conv2/kernel': [3, 3, 8, 12],
  'dense/kernel': [108, 128],
  'conv3/kernel': [3, 3, 8, 12],
  'conv3/bias': [12],
} as const;
type Parameters = Record<keyof typeof shapes, tf.Tensor>;

/**
 * One Adam step of a small autoencoder on this backend and on cpu: strided convolutions, 'same' and 'valid', a dense
 * layer, pixel shuffle, the activations of fsae and their gradients, the optimizer of the backend where it brings one.
 * The current backend of tfjs is afterwards what it was before, and no tensor is left.
 */
export async function selfTest(provider: BackendProvider, options: BackendOptions = {}): Promise<Verdict> {
  const before = tf.engine().backendName;
  try {
    await cpu.activate();
    const expected = await twoLosses();
    await provider.activate(options);
    const start = performance.now();
    const received = await twoLosses(provider);
    const seconds = (performance.now() - start) / 1000;
    const difference = Math.max(...expected.map((loss, i) => Math.abs(loss - (received[i] as number))));
    if (difference <= tolerance) return { ok: true, difference, seconds };
    return { ok: false, reason: `losses ${received.join(', ')} where cpu has ${expected.join(', ')}` };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? (error.message.split('\n')[0] as string) : String(error) };
  } finally {
    if (before !== undefined && before !== null) await tf.setBackend(before);
  }
}

/** The loss before and after the step. */
async function twoLosses(provider?: BackendProvider): Promise<number[]> {
  const names = Object.keys(shapes) as (keyof typeof shapes)[];
  const weights = {} as Record<keyof typeof shapes, tf.Variable>;
  for (const [i, name] of names.entries()) weights[name] = tf.tidy(() => tf.variable(waves([...shapes[name]], i)));
  const held: tf.Tensor[] = [];
  try {
    const { value, grads } = tf.variableGrads(() => loss(weights), Object.values(weights));
    held.push(value, ...Object.values(grads));
    const gradients = Object.fromEntries(names.map((name) => [name, grads[weights[name].name] as tf.Tensor]));
    if (provider?.optimizer === undefined) {
      firstAdamStep(weights, gradients);
    } else {
      const one = tf.scalar(1);
      held.push(one);
      const optimizer = provider.optimizer({ use: 'adam', learningRate, epsilon }, weights, 0);
      try {
        optimizer.apply(gradients, { learningRate, scale: one });
      } finally {
        optimizer.dispose();
      }
    }
    const after = tf.tidy(() => loss(weights));
    held.push(after);
    return [((await value.data()) as Float32Array)[0] as number, ((await after.data()) as Float32Array)[0] as number];
  } finally {
    tf.dispose(held);
    tf.dispose(Object.values(weights));
  }
}

/** Adam's first step in closed form: both bias corrections cancel and g / (|g| + epsilon) is left (Kingma & Ba 2015, section 2.1). */
function firstAdamStep(weights: Record<string, tf.Variable>, gradients: Readonly<Record<string, tf.Tensor>>): void {
  tf.tidy(() => {
    for (const [name, weight] of Object.entries(weights)) {
      const g = gradients[name] as tf.Tensor;
      weight.assign(tf.sub(weight, tf.mul(learningRate, tf.div(g, tf.add(tf.abs(g), epsilon)))));
    }
  });
}

function loss(p: Parameters): tf.Scalar {
  const faces = tf.add(tf.mul(0.5, waves([2, 20, 20, 3], 9)), 0.5) as tf.Tensor4D;
  const features = tf.leakyRelu(
    tf.add(tf.conv2d(faces, p['conv1/kernel'] as tf.Tensor4D, 2, 'same'), p['conv1/bias']),
    0.1,
  );
  const z = tf.avgPool(tf.conv2d(features as tf.Tensor4D, p['conv2/kernel'] as tf.Tensor4D, 1, 'valid'), 2, 3, 'same');
  const opened = tf.reshape(
    tf.relu(tf.matMul(tf.reshape(z, [2, 108]), p['dense/kernel'] as tf.Tensor2D)),
    [2, 4, 4, 8],
  );
  const drawn = tf.add(tf.conv2d(opened as tf.Tensor4D, p['conv3/kernel'] as tf.Tensor4D, 1, 'same'), p['conv3/bias']);
  const shuffled = tf.reshape(tf.transpose(tf.reshape(drawn, [2, 4, 4, 2, 2, 3]), [0, 1, 3, 2, 4, 5]), [2, 8, 8, 3]);
  const target = tf.slice(faces, [0, 6, 6, 0], [2, 8, 8, 3]);
  const { mean, variance } = tf.moments(z, [0, 1, 2]);
  const picture = tf.mean(tf.abs(tf.sub(tf.sigmoid(shuffled), target)));
  const statistics = tf.add(tf.mean(tf.square(mean)), tf.mean(variance));
  // Both near 1, where 1e-4 is a hundred times the rounding of float32.
  return tf.add(picture, tf.mul(0.02, statistics)) as tf.Scalar;
}

/** Deterministic values in [-0.5, 0.5] without a random generator. */
function waves(shape: number[], phase: number): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => 0.5 * Math.sin(1.7 * i + phase));
  return tf.tensor(values, shape);
}
