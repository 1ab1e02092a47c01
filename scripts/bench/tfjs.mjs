// A long-lived process that trains a benchmark network on one backend: node tfjs.mjs <backend> <benchmark> <size> <threads>
// Reads "n" from stdin, takes n steps, writes a line of JSON per step and one at the end.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { buildNetwork } from './network.mjs';
import { provider } from './provider.mjs';

const [backend, benchmark, size, threads] = process.argv.slice(2);
const networks = JSON.parse(await readFile(new URL('networks.json', import.meta.url), 'utf8'));
const { activate, optimizer } = await provider(backend);
const started = performance.now();
await activate(Number(threads));
const { learningRate } = networks[benchmark];
const network = buildNetwork(networks[benchmark], Number(size));
const adam = optimizer({ use: 'adam', learningRate }, network.weights, 0);

/** As the trainer does it: gradients, their norm on the device, a masked update. */
async function step() {
  const paths = Object.entries(network.weights);
  const { value, grads } = tf.variableGrads(
    network.loss,
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

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const first = await step();
const compileSeconds = (performance.now() - started) / 1000;
await step();
say({ ready: true, compileSeconds, loss: first, flops: network.flops, tensors: tf.memory().numTensors });
for await (const line of createInterface({ input: process.stdin })) {
  let loss = 0;
  for (let i = 0; i < Number(line); i++) {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    loss = await step();
    const used = process.cpuUsage(cpu);
    say({ seconds: (performance.now() - start) / 1000, cpuSeconds: (used.user + used.system) / 1e6 });
  }
  say({ done: true, loss, peakMegabytes: process.resourceUsage().maxRSS / 1024, tensors: tf.memory().numTensors });
}
