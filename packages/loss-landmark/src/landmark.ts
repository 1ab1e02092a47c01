import { defineLoss, FsaeError, type Loss, type LossContext, type Need, type TrainingStep } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { displacement, type MeanShape, meanShape } from './mean-shape.js';
import { type OpenNetwork, openNetwork } from './network.js';
import { options } from './options.js';
import { faceSize, POINTS, pointShares, squaredDistance } from './points.js';
import { LandmarkReader } from './reader.js';

/**
 * The landmark loss with networks opened by `open`. Mean squared distance of the landmarks of reconstruction and target
 * in face sizes (the target's distance between the outer corners of the eyes), mean over batch, then identities. With
 * `swap` is added, mean over batch and swaps, |(L(swap) - mean_to) / size_to - (L(target_from) - mean_from) / size_from|^2,
 * where mean and size are a person's over the training faces: displacements, so that nobody's own geometry is asked for
 * in another's face. There the network reads all four, so that its own error at a person's face cancels.
 * @throws FSAE_LANDMARK_MODEL_MISSING when no network is named.
 */
export function landmarkBy(open: OpenNetwork) {
  return defineLoss({
    options,
    create({ model, groups, swap, groundTruth }, context: LossContext): Loss {
      if (model === undefined) throw modelMissing(context);
      warnOfStrangers(model, context);
      const { identities } = context;
      const known = groundTruth && identities.every((name) => context.dataset(name).provides.includes('landmarks'));
      const needs: Need[] = known ? ['landmarks'] : [];
      const shares = pointShares(groups);
      const means = new Map<string, MeanShape>();
      let reader: LandmarkReader | undefined;

      return {
        needs,
        async prepare() {
          reader = new LandmarkReader(await open(model, context), context);
          if (!swap) return;
          for (const identity of identities) means.set(identity, await meanShape(identity, context, reader));
        },
        compute(step: TrainingStep) {
          if (reader === undefined) throw new Error('landmark: compute was called before prepare had ended.');
          const swaps = swap ? step.swaps : [];
          const drawn = reader.read([
            ...step.identities.map((identity) => ({ identity, image: step.reconstruction(identity).image })),
            ...swaps.map(({ from, to }) => ({ identity: to, image: step.swap(from, to).image })),
          ]);
          const truths = step.identities.map((identity) => (known ? groundTruthOf(step, identity) : undefined));
          const targets =
            swap || truths.includes(undefined)
              ? reader.read(step.identities.map((identity) => ({ identity, image: step.target(identity) })))
              : [];

          const reconstruction = meanOf(
            step.identities.map((_, i) => {
              const target = truths[i] ?? targets[i]!;
              const size = faceSize(target);
              return squaredDistance(tf.div(drawn[i]!, size), tf.div(target, size), shares);
            }),
          );
          if (!swap) return { value: reconstruction };

          const swapped = meanOf(
            swaps.map(({ from, to }, i) =>
              squaredDistance(
                displacement(drawn[step.identities.length + i]!, means.get(to)!),
                displacement(targets[step.identities.indexOf(from)]!, means.get(from)!),
                shares,
              ),
            ),
          );
          return { value: tf.add(reconstruction, swapped), logged: { reconstruction, swap: swapped } };
        },
        dispose() {
          reader?.dispose();
          reader = undefined;
        },
      };
    },
  });
}

export const landmark = landmarkBy(openNetwork);

/** The dataset's landmarks where they are the 68 that the network reads too. */
function groundTruthOf(step: TrainingStep, identity: string): tf.Tensor3D | undefined {
  const given = step.landmarks(identity);
  return given?.shape[1] === POINTS ? given : undefined;
}

/** Equal batches: the mean over all is the mean over batch, then identities or swaps. */
function meanOf(perPicture: tf.Tensor1D[]): tf.Scalar {
  return tf.mean(tf.stack(perPicture));
}

/** Datasets that can draw anybody's true swap hold synthetic people. */
function isSynthetic({ identities, dataset }: LossContext): boolean {
  return identities.every((identity) => dataset(identity).truth !== undefined);
}

function modelMissing(context: LossContext): FsaeError {
  const suited = isSynthetic(context) ? 'avatars' : 'lm68';
  return new FsaeError('FSAE_LANDMARK_MODEL_MISSING', {
    what: 'The loss "landmark" needs a network that reads landmarks from what the decoders draw.',
    expected: "model: 'avatars' for synthetic people, 'lm68' or 'facemesh' for photographs, or a model of your own",
    received: 'none',
    todo: `Name one: landmark: { model: '${suited}' } suits these faces.`,
  });
}

function warnOfStrangers(model: string, context: LossContext): void {
  const synthetic = isSynthetic(context);
  if (model === 'avatars' && !synthetic) {
    context.logger.warn("landmark: the network 'avatars' knows synthetic people only; for photographs take 'lm68'.");
  }
  if ((model === 'lm68' || model === 'facemesh') && synthetic) {
    context.logger.warn(`landmark: the network '${model}' knows photographs; for synthetic people take 'avatars'.`);
  }
}
