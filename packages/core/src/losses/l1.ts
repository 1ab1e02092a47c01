import * as tf from '@tensorflow/tfjs';
import { type PixelOptions, pixelLoss } from './pixel.js';

declare module '../config/define.js' {
  interface LossOptions {
    l1: PixelOptions;
  }
}

/** Mean absolute error of the reconstruction, in [0, 1]. */
export const l1 = pixelLoss((difference) => tf.abs(difference));
