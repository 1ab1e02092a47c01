import * as tf from '@tensorflow/tfjs';

export interface Memory {
  /** Bytes of this process that are in RAM. */
  readonly rss: number;
  /** Live tensors: a number that grows from step to step is a leak. */
  readonly tensors: number;
}

export function memoryInUse(): Memory {
  return { rss: process.memoryUsage.rss(), tensors: tf.memory().numTensors };
}
