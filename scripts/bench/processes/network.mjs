// A benchmark network of networks.json in TensorFlow.js, as @fsae/core builds its own: one encoder pass on both people.
import * as tf from '@tensorflow/tfjs';

/** mulberry32: every backend starts from the same numbers. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffle(x) {
  const [n, h, w, c] = x.shape;
  return tf.reshape(tf.transpose(tf.reshape(x, [n, h, w, 2, 2, c / 4]), [0, 1, 3, 2, 4, 5]), [n, h * 2, w * 2, c / 4]);
}

/** Weights and layers for pictures of [batch, size, size, 3]. */
export function buildNetwork({ encoder, expansion = [], decoder, latentStatistics = 0 }, size) {
  const random = generator(1);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const weights = {};

  function variable(path, shape, deviation) {
    const length = shape.reduce((a, b) => a * b, 1);
    const values = tf.tensor(
      Float32Array.from({ length }, () => (deviation > 0 ? gauss() * deviation : 0)),
      shape,
    );
    weights[path] = tf.variable(values);
    values.dispose();
    return weights[path];
  }

  const activate = (x, activation = 'leaky-relu') =>
    activation === 'leaky-relu' ? tf.leakyRelu(x, 0.1) : activation === 'sigmoid' ? tf.sigmoid(x) : x;

  /** Layers over an input of [rows, columns, channels]; counts multiplications for one picture. */
  function sequence(name, layers, input) {
    let shape = input;
    let macs = 0;
    const applied = layers.map((layer, index) => {
      const [rows, columns, channels] = shape;
      const path = `${name}/${index}`;
      if (layer.use === 'shuffle') {
        shape = [rows * 2, columns * 2, channels / 4];
        return shuffle;
      }
      if (layer.use === 'sigmoid') return tf.sigmoid;
      if (layer.use === 'dense') {
        const [from, to] = [rows * columns * channels, layer.output.reduce((a, b) => a * b, 1)];
        const kernel = variable(`${path}/kernel`, [from, to], Math.sqrt(2 / from));
        const bias = variable(`${path}/bias`, [to], 0);
        macs += from * to;
        shape = layer.output;
        return (x) => {
          const flat = tf.add(tf.matMul(tf.reshape(x, [x.shape[0], from]), kernel), bias);
          return activate(tf.reshape(flat, [x.shape[0], ...layer.output]));
        };
      }
      const { kernel: k, stride, channels: to, padding = 'same', activation } = layer;
      const length = (n) => (padding === 'same' ? Math.ceil(n / stride) : Math.floor((n - k) / stride) + 1);
      const kernel = variable(`${path}/kernel`, [k, k, channels, to], Math.sqrt(2 / (k * k * channels)));
      const bias = variable(`${path}/bias`, [to], 0);
      shape = [length(rows), length(columns), to];
      macs += shape[0] * shape[1] * k * k * channels * to;
      return (x) => activate(tf.add(tf.conv2d(x, kernel, stride, padding), bias), activation);
    });
    return { shape, macs, apply: (x) => applied.reduce((h, layer) => layer(h), x) };
  }

  const encode = sequence('encoder', encoder, [size, size, 3]);
  const expand = sequence('expansion', expansion, encode.shape);
  const decode = ['a', 'b'].map((person) => sequence(person, decoder, expand.shape));

  const half = (x, person) => tf.slice(x, [(person * x.shape[0]) / 2], [x.shape[0] / 2]);

  function statistics(z) {
    const [a, b] = [tf.moments(half(z, 0), 0), tf.moments(half(z, 1), 0)];
    const distance = (x, y) => tf.mean(tf.squaredDifference(x, y));
    return tf.add(distance(a.mean, b.mean), distance(a.variance, b.variance));
  }

  return {
    weights,
    /** Multiplications for one picture. */
    macs: { encode: encode.macs + expand.macs, decode: decode[0].macs },
    /** Random pictures of both people. */
    pictures: (batch) =>
      decode.map(() => {
        const values = Float32Array.from({ length: batch * size * size * 3 }, random);
        return tf.tensor(values, [batch, size, size, 3]);
      }),
    loss(input, targets) {
      const z = encode.apply(input);
      const features = expand.apply(z);
      const terms = targets.map((target, person) =>
        tf.mean(tf.abs(tf.sub(decode[person].apply(half(features, person)), target))),
      );
      if (latentStatistics > 0) terms.push(tf.mul(statistics(z), latentStatistics));
      return tf.addN(terms);
    },
    swap: (input) => decode[1].apply(expand.apply(encode.apply(input))),
  };
}
