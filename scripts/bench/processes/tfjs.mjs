// A long-lived process that computes on one backend of TensorFlow.js, seen from the working directory:
//   node tfjs.mjs <backend> <threads> train <network> <size>
//   node tfjs.mjs <backend> <threads> swap <network> <size> <batch>
//   node tfjs.mjs <backend> <threads> product <size>
import { readFile } from 'node:fs/promises';
import { openBackend } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { buildNetwork } from './network.mjs';
import { sayAbsent, serve } from './serve.mjs';

const networks = JSON.parse(await readFile(new URL('networks.json', import.meta.url), 'utf8'));

/** As the trainer does it: gradients, their norm on the device, a masked update. */
function train(provider, name, size) {
  const { learningRate, batch } = networks[name];
  const network = buildNetwork(networks[name], Number(size));
  const targets = network.pictures(batch);
  const input = tf.concat(targets);
  // A backend that records first would compute it in the first step, whose graph would then be one of its own.
  input.dataSync();
  const adam = provider.optimizer({ use: 'adam', learningRate }, network.weights, 0);
  const paths = Object.entries(network.weights);
  async function step() {
    const { value, grads } = tf.variableGrads(
      () => network.loss(input, targets),
      paths.map(([, weight]) => weight),
    );
    const gradients = Object.fromEntries(paths.map(([path, weight]) => [path, grads[weight.name]]));
    const { norm, scale } = tf.tidy(() => {
      const norm = tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))));
      return { norm, scale: tf.where(tf.less(norm, 3e38), tf.scalar(1), tf.scalar(0)) };
    });
    adam.apply(gradients, { learningRate, scale });
    const [loss] = await value.data();
    tf.dispose([value, gradients, norm, scale]);
    return loss;
  }
  // Forward, input gradient and filter gradient, a multiplication and an addition each.
  return { step, flops: 6 * batch * (2 * network.macs.encode + 2 * network.macs.decode) };
}

/** As the swapper does it. */
function swap(provider, name, size, batch) {
  const network = buildNetwork(networks[name], Number(size));
  provider.freeze?.(Object.values(network.weights));
  const [input] = network.pictures(Number(batch));
  async function step() {
    const output = tf.tidy(() => network.swap(input));
    const [first] = await output.data();
    output.dispose();
    return first;
  }
  return { step, flops: 2 * Number(batch) * (network.macs.encode + network.macs.decode) };
}

function product(_, size) {
  const n = Number(size);
  const [a, b] = [tf.randomUniform([n, n], -1, 1, 'float32', 1), tf.randomUniform([n, n], -1, 1, 'float32', 2)];
  async function step() {
    // All of it is computed, one number is read.
    const corner = tf.tidy(() => tf.slice(tf.matMul(a, b), [0, 0], [1, 1]));
    const [value] = await corner.data();
    corner.dispose();
    return value;
  }
  return { step, flops: 2 * n ** 3 };
}

const [backend, threads, work, ...rest] = process.argv.slice(2);
try {
  const provider = await openBackend({ use: backend, root: process.cwd(), threads: Number(threads) });
  const { step, flops } = { train, swap, product }[work](provider, ...rest);
  // The one in WebAssembly has no threads in Node.js.
  await serve(step, { flops, threads: provider.name === 'wasm' ? 1 : Number(threads) });
} catch (error) {
  sayAbsent(error);
}
