import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { type GraphNode, unfuse } from '../../src/networks/unfuse.js';

await tf.setBackend('cpu');

const encoded = (ops: readonly string[]) => ({ list: { s: ops.map((op) => Buffer.from(op).toString('base64')) } });
const convolution = {
  dilations: { list: { i: ['1', '1', '1', '1'] } },
  strides: { list: { i: ['1', '2', '2', '1'] } },
  padding: { s: Buffer.from('SAME').toString('base64') },
};
const node = (name: string, op: string, input: string[] = [], attr = {}): GraphNode => ({ name, op, input, attr });
const placeholder = {
  dtype: { type: 'DT_FLOAT' },
  shape: { shape: { dim: [-1, 4, 4, 3].map((size) => ({ size: `${size}` })) } },
};

const weights = {
  kernel: [3, 3, 3, 4],
  bias: [4],
  slope: [4],
  deep: [3, 3, 4, 1],
  shift: [4],
  matrix: [4, 2],
  last: [2],
};

/** Convolution with PReLU, depthwise convolution with ReLU6, matrix product with a bias: each fused. */
function fused(): { nodes: GraphNode[]; artifacts: tf.io.ModelArtifacts } {
  const nodes = [
    node('x', 'Placeholder', [], placeholder),
    ...Object.keys(weights).map((name) => node(name, 'Const', [], { dtype: { type: 'DT_FLOAT' } })),
    node('axes', 'Const', [], { dtype: { type: 'DT_INT32' } }),
    node('conv', '_FusedConv2D', ['x', 'kernel', 'bias', 'slope'], {
      ...convolution,
      fused_ops: encoded(['BiasAdd', 'Prelu']),
      num_args: { i: '2' },
    }),
    node('depth', 'FusedDepthwiseConv2dNative', ['conv', 'deep', 'shift'], {
      ...convolution,
      fused_ops: encoded(['BiasAdd', 'Relu6']),
      num_args: { i: '1' },
    }),
    node('mean', 'Mean', ['depth', 'axes'], { keep_dims: { b: false } }),
    node('y', '_FusedMatMul', ['mean', 'matrix', 'last'], { fused_ops: encoded(['BiasAdd']), num_args: { i: '1' } }),
  ];
  const specs = Object.entries(weights).map(([name, shape]) => ({ name, shape, dtype: 'float32' as const }));
  const count = specs.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
  const values = new Float32Array(count + 2).map((_, i) => 0.5 * Math.sin(12.9898 * (i + 1)));
  new Int32Array(values.buffer, 4 * count).set([1, 2]);
  return {
    nodes,
    artifacts: {
      modelTopology: { node: nodes, versions: {} },
      weightSpecs: [...specs, { name: 'axes', shape: [2], dtype: 'int32' }],
      weightData: values.buffer,
    },
  };
}

test('plain operations give what fused ones gave, and have a gradient', async () => {
  const before = fused();
  const after = fused();
  expect(unfuse(after.nodes)).toBe(3);
  expect(after.nodes.map(({ op }) => op).filter((op) => /Fused/.test(op))).toEqual([]);
  const [one, other] = await Promise.all(
    [before, after].map(({ artifacts }) => tf.loadGraphModel({ load: async () => artifacts })),
  );
  const x = tf.tensor4d(
    Array.from({ length: 96 }, (_, i) => Math.cos(i)),
    [2, 4, 4, 3],
  );
  const expected = await (one!.execute(x) as tf.Tensor).data();
  const received = await (other!.execute(x) as tf.Tensor).data();
  expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.05);
  for (const [i, value] of expected.entries()) expect(received[i]).toBeCloseTo(value as number, 6);

  const value = (at: tf.Tensor) => tf.sum(tf.square(other!.execute(at) as tf.Tensor));
  const slope = tf.grad(value)(x);
  const length = tf.norm(slope);
  const along = tf.mul(slope, tf.div(1e-2, length));
  const difference = tf.div(tf.sub(value(tf.add(x, along)), value(tf.sub(x, along))), 2e-2);
  expect((await difference.data())[0]! / (await length.data())[0]!).toBeCloseTo(1, 2);
});

test('a graph without fused nodes stays as it is', () => {
  const nodes = [node('x', 'Placeholder'), node('y', 'Relu', ['x'])];
  expect(unfuse(nodes)).toBe(0);
  expect(nodes.map(({ name }) => name)).toEqual(['x', 'y']);
});
