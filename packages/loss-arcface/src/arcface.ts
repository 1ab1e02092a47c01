import {
  type Box,
  crop,
  type Dataset,
  defineLoss,
  type FrozenNetwork,
  type LossContext,
  type TrainingStep,
} from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { centroidOf } from './centroids.js';
import { arcfaceBox, dlibBox, WHOLE } from './crop.js';
import { type ArcfaceOptions, options } from './options.js';
import { embed, openRecogniser } from './recogniser.js';

/**
 * Whom a swap shows, by the judgement of a frozen face recogniser (ArcFace: Deng et al. 2019; any other embedder):
 * mean of 1 - cos(f(swap(from, to)), f(real face of to)) over batch and swaps, in 0..2; with `repel` plus
 * max(0, cos(f(swap), f(from)) - margin). Logs both cosines. A score by the recogniser of the loss proves nothing:
 * judge with another.
 * @throws FSAE_ARCFACE_COLLAPSED, FSAE_NETWORK_...
 */
export const arcface = defineLoss({
  options,
  create: (options: ArcfaceOptions, context) => {
    let judge: Judge | undefined;
    return {
      async prepare() {
        judge = await prepareJudge(options, context);
      },
      compute(step) {
        if (judge === undefined) throw new Error('arcface: compute was called before prepare had ended.');
        const { to, from } = cosines(judge, step);
        const value = tf.sub<tf.Scalar>(1, to);
        const apart = tf.mean<tf.Scalar>(tf.relu(tf.sub(from, judge.margin)));
        return {
          value: options.repel ? tf.add(value, apart) : value,
          logged: { 'cosine-to': to, 'cosine-from': tf.mean(from) },
        };
      },
      dispose() {
        judge?.network.dispose();
        tf.dispose([...(judge?.centroids.values() ?? [])]);
        judge = undefined;
      },
    };
  },
});

interface Judge {
  readonly network: FrozenNetwork;
  readonly margin: number;
  /** An identity's pictures as the recogniser wants them. */
  cut(identity: string, pictures: tf.Tensor4D): tf.Tensor4D;
  /** [1, features] of each identity; empty unless it is what swaps are held against. */
  readonly centroids: ReadonlyMap<string, tf.Tensor2D>;
}

async function prepareJudge(options: ArcfaceOptions, context: LossContext): Promise<Judge> {
  const network = await openRecogniser(options, context);
  const { alignment = 'arcface', cosine } = network.description;
  const boxes = new Map(
    context.identities.map((identity) => [
      identity,
      boxOf(identity, options.crop ?? alignment, context.dataset(identity), context),
    ]),
  );
  const [rows, columns] = network.inputShape;
  const cut: Judge['cut'] = (identity, pictures) => crop(pictures, boxes.get(identity)!, rows, columns);
  const centroids = new Map<string, tf.Tensor2D>();
  try {
    for (const identity of options.against === 'centroid' ? context.identities : []) {
      const recogniser = JSON.stringify([network.sha256, network.description, boxes.get(identity)]);
      const centroid = await centroidOf(identity, context, recogniser, (_, pictures) =>
        embed(network, cut(identity, pictures)),
      );
      centroids.set(identity, centroid);
    }
  } catch (error) {
    network.dispose();
    tf.dispose([...centroids.values()]);
    throw error;
  }
  return { network, cut, centroids, margin: options.margin ?? cosine?.different ?? 0 };
}

export function boxOf(
  identity: string,
  crop: NonNullable<ArcfaceOptions['crop']>,
  { frame }: Dataset,
  { logger }: Pick<LossContext, 'logger'>,
): Box {
  if (typeof crop !== 'string') return crop;
  if (crop === 'whole') return WHOLE;
  if (frame !== undefined) return crop === 'arcface' ? arcfaceBox(frame) : dlibBox(frame);
  logger.warn(
    `arcface: where the faces of "${identity}" lie in their pictures is not known (landmarks would tell). The recogniser sees whole pictures and judges worse; the option crop names the part to look at.`,
  );
  return WHOLE;
}

/** `to`: the mean cosine of swaps and the faces they are to show; `from`: [swaps * batch], of swaps and whose pose they have. */
function cosines({ network, cut, centroids }: Judge, step: TrainingStep): { to: tf.Scalar; from: tf.Tensor1D } {
  const references = new Map(
    step.identities.map((identity) => {
      const reference = centroids.get(identity) ?? embed(network, cut(identity, step.target(identity)));
      return [identity, reference];
    }),
  );
  // A swap lies in its picture as the faces do that its decoder was trained on. All in one pass.
  const swapped = step.swaps.map(({ from, to }) => cut(to, step.swap(from, to).image));
  const embeddings = tf.split(embed(network, tf.concat(swapped)), swapped.length) as tf.Tensor2D[];
  const against = (whom: 'from' | 'to') =>
    tf.concat(embeddings.map((of, i) => tf.sum<tf.Tensor1D>(tf.mul(of, references.get(step.swaps[i]![whom])!), 1)));
  return { to: tf.mean(against('to')), from: against('from') };
}
