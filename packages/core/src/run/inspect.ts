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

/** A convolution whose forward and backward pass is timed. */
interface Probe {
  readonly batch: number;
  readonly side: number;
  readonly channels: number;
}

/** What a slow backend computes in milliseconds, and what tells fast ones apart. */
const SMALL: Probe = { batch: 1, side: 8, channels: 16 };
const LARGE: Probe = { batch: 8, side: 16, channels: 64 };
/** Seconds that the large one may take by what the small one says, which is far too much where calls cost more than arithmetic. */
const PATIENCE = 5;

/** The rate of one middling convolution stands for the network's: right within a factor of two, which is what an estimate of hours is for. */
async function measure(backend: string, flopsPerStep: number, steps: number): Promise<Estimate> {
  const small = await rateOf(SMALL);
  const rate = flopsOf(LARGE) / small < PATIENCE ? await rateOf(LARGE) : small;
  const secondsPerStep = flopsPerStep / rate;
  return { backend, gflopsPerSecond: rate / 1e9, secondsPerStep, hours: (secondsPerStep * steps) / 3600 };
}

/** Floating point operations per second, after one pass that warms up. */
async function rateOf(probe: Probe): Promise<number> {
  const { batch, side, channels } = probe;
  const x = tf.ones([batch, side, side, channels]);
  const kernel = tf.ones([3, 3, channels, channels]);
  const gradients = tf.grads((a, b) => tf.sum(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same')));
  const once = async () => {
    for (const result of gradients([x, kernel])) {
      await result.data();
      result.dispose();
    }
  };
  await once();
  const started = performance.now();
  await once();
  const seconds = (performance.now() - started) / 1000;
  tf.dispose([x, kernel]);
  return flopsOf(probe) / seconds;
}

/** Forward, and backward twice. */
function flopsOf({ batch, side, channels }: Probe): number {
  return 3 * 2 * batch * side * side * channels * channels * 9;
}
