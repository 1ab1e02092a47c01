import * as tf from '@tensorflow/tfjs';
import type { Need, RandomStream, Shape, SwapPair, TrainingStep } from '../contracts/index.js';
import { trainingPass } from '../training/pass.js';
import { createRandom } from '../training/random.js';
import { landmarksOf, maskOf, pictureOf } from './picture.js';

/** What a loss can ask a gradient to reach. `posterior` is mean and log variance. */
export type Reached = 'reconstruction' | 'swap' | 'latent' | 'posterior';

/** States of a step at which some losses are 0 by definition. */
export type Agreement = 'reconstruction-equals-target' | 'swap-equals-target' | 'latents-agree' | 'posterior-is-prior';

export interface FakeStepOptions {
  /** Defaults to ['src', 'dst']. */
  readonly identities?: readonly string[];
  /** Faces per identity. Defaults to 2. */
  readonly batch?: number;
  /** Side of the square pictures in pixels. Defaults to 16. */
  readonly size?: number;
  /** Defaults to [3, 3, 4]. */
  readonly latentShape?: Shape;
  /** Defaults to 1. */
  readonly seed?: number;
  /** Defaults to 1. */
  readonly index?: number;
  /** Defaults to true. */
  readonly training?: boolean;
  /** Only what is listed is there, as in a run. Defaults to none. */
  readonly needs?: readonly Need[];
  readonly agreement?: Agreement;
  /** Latents and pictures of different identities lie apart, so that a discriminator can learn. Defaults to false. */
  readonly separable?: boolean;
  /** Which sample stands at each place of the batch. Defaults to 0, 1, 2 ... */
  readonly order?: readonly number[];
}

/** A training step over seeded tensors. What a model would compute are variables, so that gradients can be measured in them. */
export interface FakeStep extends TrainingStep {
  /** 'reconstruction/<identity>', 'swap/<from>/<to>', 'latent/<identity>', 'posterior/<identity>/mean' and '/log-variance'. */
  readonly leaves: Readonly<Record<string, tf.Variable>>;
  /** Nobody has disposed a tensor of it. */
  intact(): boolean;
  dispose(): void;
}

/** Makes a FakeStep. Its getters return fresh tensors inside the caller's scope, as a model's forward pass does. */
export function fakeStep(options: FakeStepOptions = {}): FakeStep {
  const { identities = ['src', 'dst'], batch = 2, size = 16, latentShape = [3, 3, 4], seed = 1, index = 1 } = options;
  const { training = true, needs = [], agreement, separable = false, order } = options;
  const samples = Array.from({ length: batch }, (_, i) => order?.[i] ?? i);
  const owned: tf.Tensor[] = [];

  const constant = (shape: readonly number[], fill: (sample: number) => Float32Array): tf.Tensor => {
    const values = new Float32Array(shape.reduce((product, length) => product * length, batch));
    samples.forEach((sample, i) => {
      values.set(fill(sample), (i * values.length) / batch);
    });
    const tensor = tf.tensor(values, [batch, ...shape]);
    owned.push(tensor);
    return tensor;
  };
  const leaves: Record<string, tf.Variable> = {};
  const leaf = (path: string, shape: readonly number[], fill: (sample: number) => Float32Array) => {
    const variable = tf.variable(constant(shape, fill));
    owned.push(variable);
    leaves[path] = variable;
  };
  /** `purpose` and sample alone decide: permuting a batch permutes its samples and changes nothing else. */
  const normals = (purpose: string, sample: number, scale: number, offset: (i: number) => number = () => 0) => {
    const stream = createRandom(seed).stream(purpose, sample);
    return Float32Array.from({ length: latentShape[0] * latentShape[1] * latentShape[2] }, (_, i) => {
      return scale * stream.normal() + offset(i);
    });
  };

  const image: Shape = [size, size, 3];
  const swaps = identities.map((from, i): SwapPair => ({ from, to: identities[(i + 1) % identities.length]! }));
  const inputs = new Map<string, tf.Tensor4D>();
  const targets = new Map<string, tf.Tensor4D>();
  const masks = new Map<string, tf.Tensor4D>();
  const landmarks = new Map<string, tf.Tensor3D>();
  for (const [label, identity] of identities.entries()) {
    const brightness = separable ? 0.15 * (label - (identities.length - 1) / 2) : 0;
    const drawn = new Map(
      samples.map((sample) => [sample, pictureOf(identity, sample, size, 'target', seed).map((p) => p + brightness)]),
    );
    const target = (sample: number) => drawn.get(sample)!;
    const near = (purpose: string, sample: number) =>
      changed(target(sample), createRandom(seed).stream(purpose, sample));
    inputs.set(identity, constant(image, (sample) => near(`input/${identity}`, sample)) as tf.Tensor4D);
    targets.set(identity, constant(image, target) as tf.Tensor4D);
    masks.set(identity, constant([size, size, 1], (sample) => maskOf(identity, sample, size, seed)) as tf.Tensor4D);
    landmarks.set(identity, constant([68, 2], (sample) => landmarksOf(identity, sample, seed)) as tf.Tensor3D);

    leaf(`reconstruction/${identity}`, image, (sample) =>
      agreement === 'reconstruction-equals-target' ? target(sample) : near(`reconstruction/${identity}`, sample),
    );
    for (const from of identities.filter((other) => other !== identity)) {
      leaf(`swap/${from}/${identity}`, image, (sample) =>
        agreement === 'swap-equals-target' ? target(sample) : near(`swap/${from}/${identity}`, sample),
      );
    }
    const whose = agreement === 'latents-agree' ? identities[0] : identity;
    const apart = (i: number) => (separable && i % identities.length === label ? 2 : 0);
    const spread = agreement === 'posterior-is-prior' ? 0 : 0.5;
    leaf(`latent/${identity}`, latentShape, (sample) => normals(`latent/${whose}`, sample, 1, apart));
    leaf(`posterior/${identity}/mean`, latentShape, (sample) => normals(`mean/${identity}`, sample, 2 * spread));
    leaf(`posterior/${identity}/log-variance`, latentShape, (sample) =>
      normals(`log-variance/${identity}`, sample, spread),
    );
  }
  const label = tf.tensor1d(
    identities.flatMap((_, position) => samples.map(() => position)),
    'int32',
  );
  owned.push(label);

  /** A copy that dies with the scope it is made in: what a plugin wants to have longer it must keep. */
  const forward = (path: string): tf.Tensor4D => {
    const variable = leaves[path];
    if (variable === undefined) throw new RangeError(`A step has no ${path}: identities ${identities.join(', ')}.`);
    return tf.clone(variable) as tf.Tensor4D;
  };
  const given = <T>(map: ReadonlyMap<string, T>, identity: string): T => {
    const value = map.get(identity);
    if (value === undefined) throw new RangeError(`A step has no identity ${identity}: ${identities.join(', ')}.`);
    return value;
  };

  return {
    index,
    pass: { ...trainingPass(createRandom(seed), index), training },
    identities,
    swaps,
    leaves,
    input: (identity) => given(inputs, identity),
    target: (identity) => given(targets, identity),
    mask: (identity) => (needs.includes('mask') ? given(masks, identity) : undefined),
    landmarks: (identity) => (needs.includes('landmarks') ? given(landmarks, identity) : undefined),
    latent: (identity) => ({
      z: forward(`latent/${identity}`),
      ...(needs.includes('posterior') && {
        posterior: {
          mean: forward(`posterior/${identity}/mean`),
          logVariance: forward(`posterior/${identity}/log-variance`),
        },
      }),
    }),
    latents: () => ({
      z: tf.concat(
        identities.map((identity) => forward(`latent/${identity}`)),
        0,
      ),
      label: tf.clone(label),
    }),
    reconstruction: (identity) => ({ image: forward(`reconstruction/${identity}`) }),
    swap: (from, to) => ({ image: forward(from === to ? `reconstruction/${to}` : `swap/${from}/${to}`) }),
    intact: () => owned.every((tensor) => !tensor.isDisposed),
    dispose: () => tf.dispose(owned),
  };
}

/** Every value moved by 0.02 to 0.15 up or down: no pixel sits on the kink of an absolute value. */
function changed(values: Float32Array, stream: RandomStream): Float32Array {
  return values.map((value) => value + (stream.uniform() < 0.5 ? -1 : 1) * (0.02 + 0.13 * stream.uniform()));
}
