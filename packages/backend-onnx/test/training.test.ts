import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import plugin from '../src/index.js';
import { buildNetwork, train } from './network.js';

const provider = plugin.backends.onnx;

/** Adam as written in Kingma & Ba 2015, algorithm 1, in float64 on the gradients of the cpu backend. */
async function trainOnCpu(steps: number, learningRate: number) {
  await tf.setBackend('cpu');
  const network = buildNetwork({ channels: 4, size: 16 });
  const names = Object.keys(network.weights);
  const state = new Map(names.map((name) => [name, { m: [] as number[], v: [] as number[] }]));
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const { value, grads } = tf.variableGrads(() => network.loss(), Object.values(network.weights));
    losses.push(value.dataSync()[0]!);
    for (const name of names) {
      const weight = network.weights[name]!;
      const g = grads[weight.name]!.dataSync();
      const { m, v } = state.get(name)!;
      const next = weight.dataSync().map((w, i) => {
        m[i] = 0.9 * (m[i] ?? 0) + 0.1 * g[i]!;
        v[i] = 0.999 * (v[i] ?? 0) + 0.001 * g[i]! ** 2;
        return w - (learningRate * (m[i]! / (1 - 0.9 ** step))) / (Math.sqrt(v[i]! / (1 - 0.999 ** step)) + 1e-8);
      });
      weight.assign(tf.tensor(next, weight.shape));
    }
  }
  return { losses, weights: names.map((name) => network.weights[name]!.dataSync().slice()) };
}

test('three Adam steps give the weights that the cpu backend gives', async () => {
  const expected = await trainOnCpu(3, 1e-3);
  await provider.activate({ threads: 2 });
  const network = buildNetwork({ channels: 4, size: 16 });
  const optimizer = provider.optimizer!({ use: 'adam', learningRate: 1e-3 }, network.weights, 0);
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const loss = train(network, optimizer, 1e-3);
    losses.push((await loss.data())[0]!);
    loss.dispose();
  }
  for (const [step, loss] of losses.entries()) expect(loss).toBeCloseTo(expected.losses[step]!, 5);
  let largest = 0;
  for (const [index, weight] of Object.values(network.weights).entries()) {
    const values = await weight.data();
    values.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value - expected.weights[index]![i]!));
    });
  }
  // Three steps of 1e-3 move a weight by 3e-3; tiny gradients may differ in sign, hence not 1e-6.
  expect(largest).toBeLessThan(1e-4);
});
