import type { RunContext, Shape, Weights } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import type { AdversarialOptions } from './options.js';
import { powerIteration, spectrallyNormalised } from './spectral.js';

const NEGATIVE_SLOPE = 0.2;

/** A classifier of identities from latents. */
export interface Discriminator {
  /** Kernels and biases; `u` of the spectral normalisation is not trainable. */
  readonly weights: Weights;
  /** z [batch, rows, columns, channels] -> logits [batch, places, identities]: one place for 'vector', rows * columns for 'map'. */
  logits(z: tf.Tensor4D): tf.Tensor3D;
  /** One power iteration of every spectrally normalised kernel. Assigns `u`: for the discriminator's own updates only. */
  iterate(): void;
}

/**
 * 'vector': dense layers over the flattened latent. 'map': 3x3 convolutions, then a 1x1 convolution to the logits; the
 * grid keeps its size ('same'). Leaky ReLU of slope 0.2 between the layers.
 */
export function createDiscriminator(
  { network, hidden, spectralNormalisation }: Pick<AdversarialOptions, 'network' | 'hidden' | 'spectralNormalisation'>,
  latent: Shape,
  identities: number,
  variable: RunContext['variable'],
): Discriminator {
  const [rows, columns, channels] = latent;
  const inputs = network === 'vector' ? rows * columns * channels : channels;
  const widths = [inputs, ...hidden];
  const window = network === 'vector' ? [] : [3, 3];
  const layers = [
    ...hidden.map((width, i) =>
      createLayer(
        `hidden${i + 1}`,
        [...window, widths[i] ?? 0, width],
        NEGATIVE_SLOPE,
        spectralNormalisation,
        variable,
      ),
    ),
    createLayer('logits', [...window.map(() => 1), widths.at(-1) ?? 0, identities], 1, spectralNormalisation, variable),
  ];

  return {
    weights: Object.assign({}, ...layers.map((layer) => layer.weights)),
    logits(z) {
      const batch = z.shape[0];
      const features: tf.Tensor = network === 'vector' ? tf.reshape(z, [batch, inputs]) : z;
      const outputs = layers.reduce((x, layer, i) => layer.apply(i === 0 ? x : leakyRelu(x)), features);
      return tf.reshape(outputs, [batch, -1, identities]);
    },
    iterate() {
      for (const layer of layers) layer.iterate();
    },
  };
}

interface Layer {
  readonly weights: Weights;
  apply(x: tf.Tensor): tf.Tensor;
  iterate(): void;
}

/** Dense for a kernel [in, out], a convolution for [rows, columns, in, out]. */
function createLayer(
  path: string,
  shape: readonly number[],
  negativeSlope: number,
  spectral: boolean,
  variable: RunContext['variable'],
): Layer {
  const outputs = shape.at(-1) ?? 0;
  const fanIn = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  const kernel = variable(`${path}/kernel`, shape, { use: 'he-normal', fanIn, negativeSlope });
  const bias = variable(`${path}/bias`, [outputs], { use: 'constant', value: 0 });
  const u = spectral ? variable(`${path}/u`, [outputs], { use: 'normal', standardDeviation: 1 }, false) : undefined;

  return {
    weights: { [`${path}/kernel`]: kernel, [`${path}/bias`]: bias, ...(u ? { [`${path}/u`]: u } : {}) },
    apply(x) {
      const used: tf.Tensor = u ? spectrallyNormalised(kernel, u) : kernel;
      const product =
        shape.length === 2
          ? tf.matMul(x as tf.Tensor2D, used as tf.Tensor2D)
          : tf.conv2d(x as tf.Tensor4D, used as tf.Tensor4D, 1, 'same');
      return tf.add(product, bias);
    },
    iterate() {
      if (!u) return;
      const next = powerIteration(kernel, u);
      u.assign(next);
      next.dispose();
    },
  };
}

/** Written with relu: tf.leakyRelu has no second derivative, which R1 needs. */
function leakyRelu(x: tf.Tensor): tf.Tensor {
  return tf.sub(tf.relu(x), tf.mul(NEGATIVE_SLOPE, tf.relu(tf.neg(x))));
}
