import * as tf from '@tensorflow/tfjs';
import type { LabelledLatents, Random, RandomStream } from '../contracts/index.js';
import { permutation } from '../data/permutation.js';
import { createAdam } from '../training/adam.js';
import { average } from './bootstrap.js';

/** `linear` is softmax regression; `two-layer` has 128 rectified units between, and finds what no plane separates. */
export type ProbeKind = 'linear' | 'two-layer';

const UNITS = 128;
const EPOCHS = 60;
/** Epochs without a gain on either held-out half after which nothing more is learnt. */
const PATIENCE = 6;
/** Bits: less than this is no gain. */
const GAIN = 1e-3;
const BATCH = 128;
/** Softmax regression is convex: it may hurry. */
const LEARNING_RATE = { linear: 5e-3, 'two-layer': 1e-3 } as const;

export interface ProbeData {
  readonly kind: ProbeKind;
  readonly identities: number;
  /** What the probe learns on. */
  readonly training: LabelledLatents;
  /** What it is judged on: no face and no group of `training`. */
  readonly heldOut: LabelledLatents;
  readonly random: Random;
}

/**
 * Bits that an outsider reads about identity from each held-out latent: log2 q(identity | z) / q(identity) of a probe that
 * was trained on others. The mean is a lower bound of I(Z; ID) (Barber & Agakov 2003, "The IM algorithm", equation 3:
 * H(ID) - cross-entropy). The held-out groups are cut in two; each half is scored at the epoch that the other one likes
 * best, so no face says when to stop and is scored too. The probe begins at 0 bits, and noise leaves it there.
 */
export async function probe({
  kind,
  identities,
  training,
  heldOut,
  random,
}: ProbeData): Promise<{ readonly value: number; readonly group: string }[]> {
  const prior = priorOf(training.identity, identities);
  const half = halves(heldOut);
  const network = create(kind, training.z[0]?.length ?? 0, identities, random.stream('probe', identities));
  const spread = standardisation(training.z);
  const seen = tf.tidy(() => ({
    z: spread(rowsOf(training.z)),
    who: tf.oneHot(tf.tensor1d([...training.identity], 'int32'), identities),
  }));
  const unseen = tf.tidy(() => spread(rowsOf(heldOut.z)));
  const learningRate = LEARNING_RATE[kind];
  const optimizer = createAdam({ use: 'adam', learningRate }, network.weights, 0);
  const best = [0, 1].map(() => ({
    bits: Number.NEGATIVE_INFINITY,
    level: Number.NEGATIVE_INFINITY,
    gained: 0,
    scores: [] as number[],
  }));
  try {
    for (let epoch = 0; epoch <= EPOCHS; epoch++) {
      if (epoch > 0)
        learn(network, seen, [...permutation(training.z.length, random.stream('probe order', epoch))], (gradients) =>
          optimizer.apply(gradients, { learningRate, scale: tf.scalar(1) }),
        );
      const bits = await score(network, unseen, heldOut.identity, prior);
      for (const [i, one] of best.entries()) {
        const mean = average(bits.filter((_, face) => half[face] === i));
        if (mean > one.level + GAIN) Object.assign(one, { level: mean, gained: epoch });
        if (mean > one.bits) Object.assign(one, { bits: mean, scores: bits });
      }
      if (best.every(({ gained }) => epoch - gained >= PATIENCE)) break;
    }
  } finally {
    tf.dispose([seen.z, seen.who, unseen, ...Object.values(network.weights)]);
    optimizer.dispose();
    spread.dispose();
  }
  return heldOut.group.map((group, face) => ({ group, value: best[1 - half[face]!]!.scores[face]! }));
}

interface Network {
  readonly weights: Readonly<Record<string, tf.Variable>>;
  /** z [faces, length] -> logits [faces, identities]. */
  logits(z: tf.Tensor2D): tf.Tensor2D;
}

function create(kind: ProbeKind, length: number, identities: number, stream: RandomStream): Network {
  const zeros = (shape: number[]) => tf.tidy(() => tf.variable(tf.zeros(shape)));
  if (kind === 'linear') {
    const weights = { kernel: zeros([length, identities]), bias: zeros([identities]) };
    return { weights, logits: (z) => tf.add(tf.matMul(z, weights.kernel as tf.Variable<tf.Rank.R2>), weights.bias) };
  }
  const spread = Math.sqrt(2 / length);
  const first = Float32Array.from({ length: length * UNITS }, () => spread * stream.normal());
  const weights = {
    hidden: tf.tidy(() => tf.variable(tf.tensor2d(first, [length, UNITS]))),
    hiddenBias: zeros([UNITS]),
    // Zeros: the probe begins by saying nothing.
    kernel: zeros([UNITS, identities]),
    bias: zeros([identities]),
  };
  return {
    weights,
    logits: (z) => {
      const hidden = tf.relu(tf.add(tf.matMul(z, weights.hidden), weights.hiddenBias));
      return tf.add(tf.matMul(hidden, weights.kernel as tf.Variable<tf.Rank.R2>), weights.bias);
    },
  };
}

function learn(
  { weights, logits }: Network,
  { z, who }: { readonly z: tf.Tensor2D; readonly who: tf.Tensor },
  order: readonly number[],
  apply: (gradients: Readonly<Record<string, tf.Tensor>>) => void,
): void {
  const names = Object.keys(weights);
  for (let start = 0; start < order.length; start += BATCH) {
    tf.tidy(() => {
      const rows = tf.tensor1d(order.slice(start, start + BATCH), 'int32');
      const [some, named] = [tf.gather(z, rows), tf.gather(who, rows)];
      const cost = () => {
        const logProbabilities = tf.logSoftmax(logits(some));
        return tf.div<tf.Scalar>(tf.neg(tf.sum(tf.mul(named, logProbabilities))), rows.size);
      };
      const { grads } = tf.variableGrads(cost, Object.values(weights));
      const gradients = Object.fromEntries(names.map((name) => [name, grads[weights[name]!.name]!]));
      apply(gradients);
    });
  }
}

async function score(
  { logits }: Network,
  z: tf.Tensor2D,
  identity: readonly number[],
  prior: readonly number[],
): Promise<number[]> {
  const logProbabilities = tf.tidy(() => tf.logSoftmax(logits(z)));
  const values = await logProbabilities.data();
  const people = prior.length;
  logProbabilities.dispose();
  return identity.map((who, face) => (values[face * people + who]! - Math.log(prior[who]!)) / Math.LN2);
}

/** Each number of z at mean 0 and deviation 1 over the training faces. */
function standardisation(rows: readonly Float32Array[]) {
  const length = rows[0]?.length ?? 0;
  const [mean, variance] = [new Float64Array(length), new Float64Array(length)];
  for (const row of rows) for (let k = 0; k < length; k++) mean[k]! += row[k]! / rows.length;
  for (const row of rows) for (let k = 0; k < length; k++) variance[k]! += (row[k]! - mean[k]!) ** 2 / rows.length;
  const shift = tf.tensor1d(Float32Array.from(mean));
  const scale = tf.tensor1d(Float32Array.from(variance, (value) => 1 / Math.sqrt(value + 1e-12)));
  const apply = (z: tf.Tensor2D): tf.Tensor2D => tf.mul(tf.sub(z, shift), scale);
  return Object.assign(apply, { dispose: () => tf.dispose([shift, scale]) });
}

function rowsOf(rows: readonly Float32Array[]): tf.Tensor2D {
  const length = rows[0]?.length ?? 0;
  const values = new Float32Array(rows.length * length);
  for (const [i, row] of rows.entries()) values.set(row, i * length);
  return tf.tensor2d(values, [rows.length, length]);
}

function priorOf(identity: readonly number[], identities: number): number[] {
  return Array.from({ length: identities }, (_, who) => average(identity.map((one) => (one === who ? 1 : 0))));
}

/** 0 or 1 for each face: the groups of each identity take turns, in the order in which they first appear. */
function halves({ group, identity }: LabelledLatents): number[] {
  const side = new Map<string, number>();
  const groups = new Map<number, number>();
  for (const [face, name] of group.entries()) {
    if (side.has(name)) continue;
    const before = groups.get(identity[face]!) ?? 0;
    side.set(name, before % 2);
    groups.set(identity[face]!, before + 1);
  }
  return group.map((name) => side.get(name)!);
}
