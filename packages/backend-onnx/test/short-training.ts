import plugin from '../src/index.js';
import { buildNetwork, train } from './network.js';

/** A few steps from seeded numbers: losses and final weights as bits. */
export async function shortTraining({ threads }: { readonly threads: number }): Promise<number[][]> {
  const provider = plugin.backends.onnx;
  await provider.activate({ threads });
  const network = buildNetwork({ channels: 4, size: 16 });
  const optimizer = provider.optimizer!({ use: 'adam', learningRate: 1e-3 }, network.weights, 0.9);
  const read: Float32Array[] = [];
  for (let step = 0; step < 4; step++) {
    const loss = train(network, optimizer, 1e-3);
    read.push((await loss.data()) as Float32Array);
    loss.dispose();
  }
  const kept = [network.weights, optimizer.state, optimizer.average ?? {}].flatMap((weights) => Object.values(weights));
  for (const weight of kept) read.push((await weight.data()) as Float32Array);
  const bits = read.map((values) => [...new Uint32Array(values.slice().buffer)]);
  optimizer.dispose();
  network.dispose();
  return bits;
}
