import type { Optimizer, Weights } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';

/** mulberry32, so that every backend starts from the same numbers. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Network {
  readonly weights: Weights;
  loss(): tf.Scalar;
  dispose(): void;
}

/** Shared encoder, two decoders with pixel shuffle, L1: the shape of a face-swap autoencoder, small. */
export function buildNetwork({ channels = 8, size = 32, batch = 2, seed = 1 } = {}): Network {
  const random = generator(seed);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const weights: Record<string, tf.Variable> = {};
  const layer = (path: string, k: number, from: number, to: number) => {
    const deviation = Math.sqrt(2 / (k * k * from));
    const values = Float32Array.from({ length: k * k * from * to }, () => gauss() * deviation);
    weights[`${path}/kernel`] = variable(tf.tensor(values, [k, k, from, to]));
    weights[`${path}/bias`] = variable(tf.zeros([to]));
  };
  const C = channels;
  layer('encoder/1', 5, 3, C);
  layer('encoder/2', 5, C, C * 2);
  layer('bottleneck', 3, C * 2, C * 4);
  for (const identity of ['a', 'b']) {
    layer(`${identity}/1`, 3, C, C * 4);
    layer(`${identity}/2`, 3, C, C * 4);
    layer(`${identity}/out`, 5, C, 3);
  }
  const convolve = (path: string, x: tf.Tensor, stride: number) =>
    tf.add(
      tf.conv2d(x as tf.Tensor4D, weights[`${path}/kernel`] as tf.Tensor4D, stride, 'same'),
      weights[`${path}/bias`]!,
    );
  const activate = (x: tf.Tensor) => tf.leakyRelu(x, 0.1);
  const shuffle = (x: tf.Tensor) => {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const blocks = tf.transpose(tf.reshape(x, [n, h, w, 2, 2, c / 4]), [0, 1, 3, 2, 4, 5]);
    return tf.reshape(blocks, [n, h * 2, w * 2, c / 4]);
  };
  const encode = (x: tf.Tensor) => {
    const features = activate(convolve('encoder/2', activate(convolve('encoder/1', x, 2)), 2));
    return shuffle(activate(convolve('bottleneck', features, 2)));
  };
  const decode = (identity: string, z: tf.Tensor) => {
    const first = shuffle(activate(convolve(`${identity}/1`, z, 1)));
    return tf.sigmoid(convolve(`${identity}/out`, shuffle(activate(convolve(`${identity}/2`, first, 1))), 1));
  };
  const pictures = new Map(
    ['a', 'b'].map((identity) => {
      const values = Float32Array.from({ length: batch * size * size * 3 }, random);
      return [identity, tf.tensor(values, [batch, size, size, 3])] as const;
    }),
  );
  return {
    weights,
    loss: () =>
      tf.addN(
        [...pictures].map(([identity, x]) => {
          const y = decode(identity, encode(x));
          return tf.mean(tf.abs(tf.sub(y, x)));
        }),
      ) as tf.Scalar,
    dispose() {
      for (const weight of Object.values(weights)) weight.dispose();
      for (const picture of pictures.values()) picture.dispose();
    },
  };
}

function variable(initial: tf.Tensor): tf.Variable {
  const made = tf.variable(initial);
  initial.dispose();
  return made;
}

/** One step; returns the loss. */
export function train(network: Network, optimizer: Optimizer, learningRate: number, factor = 1): tf.Scalar {
  const paths = Object.entries(network.weights);
  const { value, grads } = tf.variableGrads(
    () => network.loss(),
    paths.map(([, weight]) => weight),
  );
  const gradients: Record<string, tf.Tensor> = {};
  for (const [path, weight] of paths) gradients[path] = grads[weight.name]!;
  const scale = tf.scalar(factor);
  optimizer.apply(gradients, { learningRate, scale });
  tf.dispose([gradients, scale]);
  return value;
}
