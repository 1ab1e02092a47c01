import * as tf from '@tensorflow/tfjs';
import { type PixelOptions, pixelLoss } from './pixel.js';

declare module '../config/define.js' {
  interface LossOptions {
    mse: PixelOptions;
  }
}

/** Mean squared error of the reconstruction, in [0, 1]. */
export const mse = pixelLoss((difference) => tf.square(difference));
