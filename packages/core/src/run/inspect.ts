import * as tf from '@tensorflow/tfjs';
import { userCacheFolder } from '../backends/verdicts.js';
import { createModel } from '../container/parts.js';
import type { Logger } from '../contracts/index.js';
import { type ModelSummary, summarise } from '../model/accounting.js';
import { activateBackend, type Resolved } from './open.js';

export interface Inspection extends ModelSummary {
  /** Weights, gradients and Adam's two moments at four bytes each. */
  readonly trainingBytes: number;
  readonly steps: number;
  readonly estimate: Estimate | null;
}

export interface Estimate {
  readonly backend: string;
  /** Of a convolution's forward and backward pass, measured now. */
  readonly gflopsPerSecond: number;
  readonly secondsPerStep: number;
  readonly hours: number;
}

/** What a config builds, without its values: layers, cost, and how long it would train on this machine. */
export async function inspect({ config, registry, root }: Resolved, logger: Logger): Promise<Inspection> {
  const { provider } = await activateBackend(config, registry, logger);
  const signal = new AbortController().signal;
  const model = createModel({ config, registry, root, cacheDir: userCacheFolder(), logger, signal });
  try {
    const summary = summarise(model, [config.size, config.size, 3], config.train.batchSize);
    const estimate =
      summary.flopsPerStep === null ? null : await measure(provider.name, summary.flopsPerStep, config.train.steps);
    return { ...summary, trainingBytes: summary.parameters * 16, steps: config.train.steps, estimate };
  } finally {
    model.dispose();
  }
}

const SIDE = 16;
const CHANNELS = 64;
const BATCH = 8;
const REPEATS = 3;

/** The rate of one middling convolution stands for the network's: right within a factor of two, which is what an estimate of hours is for. */
async function measure(backend: string, flopsPerStep: number, steps: number): Promise<Estimate> {
  const x = tf.ones([BATCH, SIDE, SIDE, CHANNELS]) as tf.Tensor4D;
  const kernel = tf.ones([3, 3, CHANNELS, CHANNELS]) as tf.Tensor4D;
  const gradients = tf.grads((a, b) => tf.sum(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same')));
  const once = async () => {
    const results = gradients([x, kernel]);
    for (const result of results) {
      await result.data();
      result.dispose();
    }
  };
  await once();
  const started = performance.now();
  for (let i = 0; i < REPEATS; i++) await once();
  const seconds = (performance.now() - started) / 1000 / REPEATS;
  x.dispose();
  kernel.dispose();
  // The forward pass of a gradient taken for its own sake is computed too: three passes' worth.
  const rate = (3 * 2 * BATCH * SIDE * SIDE * CHANNELS * CHANNELS * 9) / seconds;
  const secondsPerStep = flopsPerStep / rate;
  return { backend, gflopsPerSecond: rate / 1e9, secondsPerStep, hours: (secondsPerStep * steps) / 3600 };
}
