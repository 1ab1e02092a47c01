// A fresh two-layer probe: what an outsider reads of identity from a frozen latent (Barber & Agakov 2003).
import * as tf from '@tensorflow/tfjs';

const UNITS = 128;
const EPOCHS = 40;
const BATCH = 64;

/**
 * Bits of identity in z, log2 N - cross-entropy / ln 2: learnt on the latents of training faces, stopped where one half
 * of the held-out faces says so, and judged on the other half. Latents are what the decoders receive: samples where the
 * bottleneck is variational.
 */
export async function probedBits(model, identities, size) {
  const training = await latents(model, identities, size, ({ training }) => training, 4);
  const stop = await latents(model, identities, size, ({ heldOut }) => heldOut.filter((_, i) => i % 2 === 0), 2);
  const judge = await latents(model, identities, size, ({ heldOut }) => heldOut.filter((_, i) => i % 2 === 1), 2);
  const people = identities.length;
  const length = training.z.shape[1];
  const { mean, variance } = tf.moments(training.z, 0);
  const spread = tf.sqrt(tf.add(variance, 1e-6));
  const weights = [
    tf.variable(tf.randomNormal([length, UNITS], 0, Math.sqrt(2 / length), 'float32', 11)),
    tf.variable(tf.zeros([UNITS])),
    tf.variable(tf.zeros([UNITS, people])),
    tf.variable(tf.zeros([people])),
  ];
  const entropy = (z, label) => {
    const hidden = tf.relu(tf.add(tf.matMul(tf.div(tf.sub(z, mean), spread), weights[0]), weights[1]));
    const logits = tf.add(tf.matMul(hidden, weights[2]), weights[3]);
    return tf.losses.softmaxCrossEntropy(tf.oneHot(label, people), logits);
  };
  const bits = async ({ z, label }) => {
    const value = tf.tidy(() => entropy(z, label));
    const [nats] = await value.data();
    value.dispose();
    return (Math.log(people) - nats) / Math.LN2;
  };
  const adam = tf.train.adam(1e-3);
  const order = Array.from({ length: training.label.size }, (_, i) => i);
  const random = generator(12345);
  let best = { stop: Number.NEGATIVE_INFINITY };
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (let i = 0; i + BATCH <= order.length; i += BATCH) {
      tf.tidy(() => {
        const rows = tf.tensor1d(order.slice(i, i + BATCH), 'int32');
        const [z, label] = [tf.gather(training.z, rows), tf.gather(training.label, rows)];
        const { grads } = tf.variableGrads(() => entropy(z, label), weights);
        adam.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      });
    }
    const now = { epoch, stop: await bits(stop), judge: await bits(judge) };
    if (now.stop > best.stop) best = now;
  }
  adam.dispose();
  tf.dispose([training, stop, judge, mean, variance, spread, weights]);
  return Math.max(0, best.judge);
}

async function latents(model, identities, size, pick, samples) {
  const pass = { training: false, noise: (_, shape) => tf.randomNormal(shape) };
  const parts = [];
  const labels = [];
  for (const [position, identity] of identities.entries()) {
    const faces = pick(identity);
    const loaded = await Promise.all(faces.map((face) => identity.dataset.load(face, size)));
    for (let first = 0; first < loaded.length; first += BATCH) {
      const some = loaded.slice(first, first + BATCH);
      const bytes = Float32Array.from(some.flatMap(({ image }) => [...image]));
      const pictures = tf.tidy(() => tf.div(tf.tensor4d(bytes, [some.length, size, size, 3]), 255));
      for (let sample = 0; sample < samples; sample++) {
        parts.push(tf.tidy(() => tf.reshape(model.encode(pictures, pass).z, [some.length, -1])));
        labels.push(...some.map(() => position));
      }
      pictures.dispose();
    }
  }
  const z = tf.concat(parts);
  tf.dispose(parts);
  return { z, label: tf.tensor1d(labels, 'int32') };
}

/** Numerical Recipes' linear congruential generator: the order of batches need not be better than this. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
