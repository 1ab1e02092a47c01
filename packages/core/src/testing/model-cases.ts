import * as tf from '@tensorflow/tfjs';
import type { Part, Pass, Shape } from '../contracts/index.js';
import { freePart } from '../model/free.js';
import { trainingPass } from '../training/pass.js';
import { createRandom } from '../training/random.js';
import { trainable } from '../training/update.js';
import { type ConformanceCase, check, freeStrictly } from './check.js';
import { readGradients } from './gradient.js';
import { withoutReads } from './train.js';

/** What was promised of an output: its shape without the batch, and a range. */
export interface Promised {
  readonly shape: Shape;
  readonly range?: readonly [low: number, high: number];
}

export interface ModelSetting<P> {
  readonly name: string;
  /** Of one sample. */
  readonly input: Shape;
  create(seed: number): Promise<P>;
  /** Every output of a forward pass by name. */
  forward(part: P, x: tf.Tensor4D, pass: Pass): Record<string, tf.Tensor4D>;
  /** The same names. */
  promised(part: P): Readonly<Record<string, Promised>>;
}

const BATCHES = [1, 2, 5];
const STEPS = 50;

/** What encoders, bottlenecks and decoders promise alike. */
export function modelCases<P extends Part>(setting: ModelSetting<P>): ConformanceCase[] {
  const { name } = setting;
  const withFresh = <T>(use: (part: P) => Promise<T>, seed = 1) => withPart(setting, seed, use);
  return [
    ...BATCHES.map((batch) => ({
      name: `${name}: gives the promised shapes for a batch of ${batch}`,
      run: () =>
        withFresh(async (part) => {
          for (const training of [true, false]) await checkOutputs(setting, part, batch, training);
        }),
    })),
    {
      name: `${name}: the gradient reaches every trainable weight`,
      run: () => withFresh((part) => checkGradientsReach(setting, part)),
    },
    {
      name: `${name}: gives the same output for the same seed`,
      async run() {
        const once = () => withFresh((part) => outputOf(setting, part, sample(setting, [0, 1]), true));
        const [first, second] = [await once(), await once()];
        check(
          first.every((x, i) => Object.is(x, second[i])),
          'equal outputs',
          'different ones',
        );
      },
    },
    {
      name: `${name}: when it does not train, a sample does not depend on the rest of the batch`,
      run: () =>
        withFresh(async (part) => {
          const alone = await outputOf(setting, part, sample(setting, [0]), false, 0);
          const among = await outputOf(setting, part, sample(setting, [0, 1, 2]), false, 0);
          const worst = Math.max(...alone.map((x, i) => Math.abs(x - among[i]!)));
          check(worst < 1e-4, 'the output of the sample alone +- 1e-4', `a difference of ${worst}`);
        }),
    },
    {
      name: `${name}: names its weights by the same paths every time`,
      run: () =>
        withFresh(async (part) => {
          const paths = Object.keys(part.weights ?? {});
          for (const path of paths) check(PATH.test(path), 'a path like conv1/kernel', path);
          const again = await withFresh(async (other) => Object.keys(other.weights ?? {}), 2);
          check(again.join() === paths.join(), `weights ${paths.join(', ')}`, again.join(', '));
        }),
    },
    {
      name: `${name}: describes layers whose parameters are its weights`,
      run: () =>
        withFresh(async (part) => {
          if (part.layers === undefined) return;
          const described = part.layers.reduce((sum, layer) => sum + layer.parameters, 0);
          const counted = Object.values(part.weights ?? {}).reduce((sum, weight) => sum + weight.size, 0);
          check(described === counted, `${counted} parameters in its layers`, described);
        }),
    },
    {
      name: `${name}: leaves no tensors behind in ${STEPS} steps, reads nothing while it computes`,
      run: () =>
        withFresh(async (part) => {
          const once = (index: number) => {
            tf.dispose(tf.tidy(() => setting.forward(part, sample(setting, [0]), passOf(index, true))));
          };
          withoutReads(() => once(1));
          const before = tf.memory().numTensors;
          for (let index = 2; index < 2 + STEPS; index++) once(index);
          const grown = tf.memory().numTensors - before;
          check(grown === 0, `${before} tensors after ${STEPS} steps`, before + grown);
        }),
    },
    {
      name: `${name}: frees all but its weights when it is disposed`,
      async run() {
        const once = async () => {
          const part = await setting.create(1);
          await outputOf(setting, part, sample(setting, [0]), true);
          freeStrictly(part);
        };
        await once();
        const before = tf.memory().numTensors;
        await once();
        const left = tf.memory().numTensors - before;
        check(left === 0, 'no tensors left after dispose', left);
      },
    },
  ];
}

/** Runs `use` on a fresh part and frees it, as the run does, whatever happens. */
async function withPart<P extends Part, T>(
  setting: ModelSetting<P>,
  seed: number,
  use: (part: P) => Promise<T>,
): Promise<T> {
  const part = await setting.create(seed);
  try {
    return await use(part);
  } finally {
    freePart(part);
  }
}

/** What safetensors keys and file systems take: no spaces, no dots, no leading slash. */
const PATH = /^[\w-]+(\/[\w-]+)*$/;

function passOf(index: number, training: boolean): Pass {
  return { ...trainingPass(createRandom(1), index), training };
}

/** Samples by number, in 0..1: the caller's scope disposes them. */
function sample({ input }: Pick<ModelSetting<unknown>, 'input'>, numbers: readonly number[]): tf.Tensor4D {
  const length = input[0] * input[1] * input[2];
  const values = new Float32Array(numbers.length * length);
  numbers.forEach((number, i) => {
    const stream = createRandom(1).stream('sample', number);
    for (let at = 0; at < length; at++) values[i * length + at] = stream.uniform();
  });
  return tf.tensor4d(values, [numbers.length, ...input]);
}

/** All outputs one after the other; with `row`, of that sample only. Disposes x. */
async function outputOf<P>(
  setting: ModelSetting<P>,
  part: P,
  x: tf.Tensor4D,
  training: boolean,
  row?: number,
): Promise<number[]> {
  const output = tf.tidy(() => {
    const tensors = Object.values(setting.forward(part, x, passOf(1, training))).map((tensor) =>
      tf.reshape(row === undefined ? tensor : tf.slice(tensor, [row], [1]), [-1]),
    );
    return tf.concat(tensors);
  });
  const values = [...(await output.data())];
  tf.dispose([output, x]);
  return values;
}

async function checkOutputs<P>(setting: ModelSetting<P>, part: P, batch: number, training: boolean): Promise<void> {
  const x = sample(
    setting,
    Array.from({ length: batch }, (_, i) => i),
  );
  const outputs = tf.tidy(() => setting.forward(part, x, passOf(1, training)));
  const promised = setting.promised(part);
  const [received, expected] = [outputs, promised].map((named) => Object.keys(named).sort().join(', '));
  check(received === expected, `the outputs ${expected}`, received);
  for (const [name, { shape, range = [-Infinity, Infinity] }] of Object.entries(promised)) {
    const tensor = outputs[name]!;
    const sizes = [batch, ...shape].join('x');
    check(tensor.shape.join('x') === sizes, `${name} of shape ${sizes}`, tensor.shape.join('x'));
    const [low, high] = range;
    const wrong = (await tensor.data()).find((value) => !(Number.isFinite(value) && value >= low && value <= high));
    check(wrong === undefined, `finite values of ${name} in ${low}..${high}`, wrong);
  }
  tf.dispose([x, outputs]);
}

async function checkGradientsReach<P extends Part>(setting: ModelSetting<P>, part: P): Promise<void> {
  const weights = trainable(part.weights);
  const paths = Object.entries(weights);
  if (paths.length === 0) return;
  const x = sample(setting, [0, 1]);
  const { value, grads } = tf.variableGrads(
    () => {
      const outputs = Object.values(setting.forward(part, x, passOf(1, true)));
      // Weights of the sum are drawn: the plain sum of a softmax, for one, has no gradient.
      return tf.addN(
        outputs.map((tensor, i) => tf.sum(tf.mul(tensor, tf.randomNormal(tensor.shape, 0, 1, 'float32', i + 1)))),
      ) as tf.Scalar;
    },
    paths.map(([, variable]) => variable),
  );
  const named = paths.flatMap(([path, { name }]) => (grads[name] == null ? [] : [[path, grads[name]] as const]));
  const slopes = await readGradients(Object.fromEntries(named));
  tf.dispose([x, value]);
  for (const [path] of paths) {
    const slope = slopes[path];
    check(slope?.every(Number.isFinite) === true, `a finite gradient in ${path}`, slope === undefined ? 'none' : 'NaN');
    check(
      slope.some((s) => s !== 0),
      `a gradient in ${path}`,
      'zero everywhere',
    );
  }
}
