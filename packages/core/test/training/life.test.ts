import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { defineLoss, definePlugin } from '../../src/plugins/define.js';
import { train } from '../../src/run/train.js';
import { classifier } from '../testing/classifier.js';
import { listener, registryOf, tinyConfig } from '../tiny.js';

test("a loss is given the config's folder, and at the end of a run all that it holds is freed, once", async () => {
  const calls: string[] = [];
  const roots: string[] = [];
  const variables: tf.Variable[] = [];
  const watchful = defineLoss({
    options: v.strictObject({}),
    create(_options, context) {
      roots.push(context.root);
      const gain = context.variable('gain', [], { use: 'constant', value: 1 }, false);
      const adversary = { ...classifier(context), dispose: () => calls.push('adversary') };
      variables.push(gain, ...Object.values(adversary.weights ?? {}));
      let half: tf.Scalar | undefined;
      return {
        weights: { gain },
        adversary,
        async prepare() {
          half = tf.scalar(0.5);
        },
        compute: (step) => ({ value: tf.mul(tf.mul(tf.mean(step.latents().z), gain), half as tf.Scalar) }),
        dispose() {
          calls.push('loss');
          half?.dispose();
        },
      };
    },
  });
  const root = await mkdtemp(join(tmpdir(), 'fsae-life-'));
  const registry = registryOf(definePlugin({ name: 'watchful', api: 1, losses: { watchful } }));
  const config = tinyConfig(2, {
    losses: { watchful: { use: 'watchful', weight: 1, options: {} } },
    train: { ...tinyConfig().train, steps: 2 },
  });
  const before = tf.memory().numTensors;
  await train({ config, registry, root }, { logger: listener(), signal: new AbortController().signal });
  expect(roots).toEqual([root]);
  expect(calls.sort()).toEqual(['adversary', 'loss']);
  expect(variables.map(({ isDisposed }) => isDisposed)).toEqual([true, true, true]);
  expect(tf.memory().numTensors).toBe(before);
});
