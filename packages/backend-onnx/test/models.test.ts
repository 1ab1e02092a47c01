import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { provider } from './both.js';
import { generator } from './network.js';

/** Trains a small classifier with LayersModel.fit; everything random comes from outside. */
async function fit(): Promise<{ losses: number[]; prediction: number[] }> {
  const random = generator(3);
  const uniform = (shape: number[]) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Float32Array.from({ length }, () => random() - 0.5),
      shape,
    );
  };
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [8, 8, 2],
        filters: 4,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        activation: 'relu',
      }),
      tf.layers.batchNormalization(),
      tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.setWeights(model.getWeights().map((weight) => (weight.shape.length > 1 ? uniform(weight.shape) : weight)));
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy' });
  const x = uniform([12, 8, 8, 2]);
  const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], 'int32'), 3);
  // 12 pictures in batches of 5: the last one is smaller, another graph.
  const { history } = await model.fit(x, y, { epochs: 2, batchSize: 5, shuffle: false, verbose: 0 });
  const prediction = await (model.predict(x) as tf.Tensor).data();
  return { losses: history['loss'] as number[], prediction: [...prediction] };
}

test('a LayersModel trains as on cpu, with a smaller last batch', async () => {
  await tf.setBackend('cpu');
  const expected = await fit();
  await provider.activate({ threads: 1 });
  const actual = await fit();
  for (const key of ['losses', 'prediction'] as const) {
    for (const [i, value] of expected[key].entries()) expect(actual[key][i]).toBeCloseTo(value, 4);
  }
  expect(actual.losses[1]).not.toBe(actual.losses[0]);
});

/** y = softmax(relu(conv(x, w) + b) over the channels), as a frozen TensorFlow graph. */
function graphModel(): tf.io.IOHandler {
  const random = generator(4);
  const w = Float32Array.from({ length: 3 * 3 * 2 * 4 }, () => random() - 0.5);
  const b = Float32Array.of(0.1, -0.2, 0.3, 0);
  const list = (...values: string[]) => ({ list: { i: values } });
  const float = { T: { type: 'DT_FLOAT' } };
  const constant = (name: string) => ({ name, op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } });
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { unknownRank: true } } } },
    constant('w'),
    constant('b'),
    {
      name: 'conv',
      op: '_FusedConv2D',
      input: ['x', 'w', 'b'],
      attr: {
        ...float,
        strides: list('1', '2', '2', '1'),
        dilations: list('1', '1', '1', '1'),
        padding: { s: Buffer.from('SAME').toString('base64') },
        data_format: { s: Buffer.from('NHWC').toString('base64') },
        num_args: { i: '1' },
        fused_ops: { list: { s: ['BiasAdd', 'Relu'].map((name) => Buffer.from(name).toString('base64')) } },
      },
    },
    { name: 'y', op: 'Softmax', input: ['conv'], attr: float },
  ];
  const data = new Float32Array([...w, ...b]);
  return {
    load: async () => ({
      modelTopology: { node, library: {}, versions: {} },
      weightSpecs: [
        { name: 'w', shape: [3, 3, 2, 4], dtype: 'float32' as const },
        { name: 'b', shape: [4], dtype: 'float32' as const },
      ],
      weightData: data.buffer,
    }),
  };
}

test('a GraphModel with fused nodes runs as on cpu', async () => {
  const run = async () => {
    const model = await tf.loadGraphModel(graphModel());
    const random = generator(5);
    const x = tf.tensor(Float32Array.from({ length: 2 * 7 * 7 * 2 }, random), [2, 7, 7, 2]);
    const values = await (model.predict(x) as tf.Tensor).data();
    model.dispose();
    return values;
  };
  await tf.setBackend('cpu');
  const expected = await run();
  await provider.activate({ threads: 1 });
  const actual = await run();
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 5);
});
