import { type Adversary, defineLoss, FsaeError, type Loss, type LossContext, type TrainingStep } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { createDiscriminator } from './discriminator.js';
import {
  accuracy,
  crossEntropy,
  gradientPenalty,
  identityBits,
  rampUp,
  reversal,
  toward,
  uniformDivergence,
} from './loss.js';
import { type AdversarialOptions, options } from './options.js';
import { createReferee } from './referee.js';

type Objective = (logits: tf.Tensor3D, label: tf.Tensor1D) => tf.Scalar;
type Seen = { readonly z: tf.Tensor4D; readonly label: tf.Tensor1D };

/**
 * A discriminator reads identity from the latents; the encoder is paid to make it fail. Logged from the model's pass,
 * thus before anybody has trained on these latents: the discriminator's `cross-entropy` in nats and `accuracy` in 0..1
 * (1 / N by chance), and `bits` = max(0, log2 N - cross-entropy / ln 2), a name for a constraint. The bits are those of
 * the referee, who learns as the discriminator does but is never shown to the encoder: a discriminator that is being
 * fooled, or held back by its normalisation, says little about what is there. From the discriminator's update: `r1`.
 */
export const adversarial = defineLoss({
  options,
  create(options: AdversarialOptions, context: LossContext): Loss {
    const { latent, identities } = context;
    const objective = chooseObjective(options, identities);
    const discriminator = createDiscriminator(options, latent, identities.length, context.variable);
    const referee = options.referee ? createReferee(latent, identities.length, context.variable) : undefined;
    const judge = referee ?? discriminator;
    const weights = { ...discriminator.weights, ...referee?.weights };

    const adversary: Adversary<Seen> = {
      weights,
      optimizer: { use: 'adam', learningRate: options.learningRate, betas: options.betas },
      updatesPerStep: options.updatesPerStep,
      observe: (step) => step.latents(),
      loss({ z, label }, pass) {
        if (pass.training) {
          discriminator.iterate();
          referee?.follow(z);
        }
        // Added up: their weights are disjoint, so each learns as if it were alone.
        const players = referee ? [discriminator, referee] : [discriminator];
        const value = tf.addN(players.map(({ logits }) => crossEntropy(logits(z), label))) as tf.Scalar;
        if (options.r1 === 0) return { value };
        const r1 = tf.mul<tf.Scalar>(options.r1 / 2, gradientPenalty(discriminator.logits, z, label));
        return { value: tf.add(value, r1), logged: { r1 } };
      },
    };

    return {
      compute(step: TrainingStep) {
        const { z, label } = step.latents();
        // The trainer differentiates this in the model's weights only: to it the discriminator is a constant.
        const logits = discriminator.logits(z);
        return {
          value: tf.mul(objective(logits, label), rampUp(step.index, options.warmup, options.schedule)),
          logged: {
            'cross-entropy': crossEntropy(logits, label),
            accuracy: accuracy(logits, label),
            bits: identityBits(crossEntropy(judge.logits(z), label), identities.length),
          },
        };
      },
      adversary,
    };
  },
});

function chooseObjective(options: AdversarialOptions, identities: readonly string[]): Objective {
  if (options.objective === 'uniform') return uniformDivergence;
  if (options.objective === 'reversal') return reversal;
  const target = identities.indexOf(options.toward ?? '');
  if (target === -1) {
    throw new FsaeError('FSAE_ADVERSARIAL_TOWARD', {
      what: 'The adversarial loss cannot push latents toward an identity that the config does not have.',
      expected: `toward: one of ${identities.map((name) => `"${name}"`).join(', ')}`,
      received: `"${options.toward}"`,
      todo: "Name an identity of this config, or choose the objective 'uniform' or 'reversal'.",
    });
  }
  return (logits, label) => toward(logits, label, target);
}
