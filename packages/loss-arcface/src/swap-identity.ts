import {
  type Box,
  crop,
  defineMetric,
  type EvaluationSet,
  type FrozenNetwork,
  type Picture,
  tensorOf,
} from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { boxOf } from './arcface.js';
import { embed, openRecogniser } from './recogniser.js';

const BATCH = 30;

/** Inside this package, and not the loss's default: who judges must not have been trained against. */
const SYNTHETIC = 'avatars-judge';

/**
 * Whom the swap shows, to a recogniser that had no part in training (ArcFace's protocol of cosines between unit
 * embeddings, Deng et al. 2019). `nearest`: the share of swaps whose nearest centroid is that of `to`. `cosine-to`,
 * `cosine-from`: to the centroids (mean embeddings of training faces) of the two. The row's baseline "no swap" is the base
 * rate: what real faces of `from` have with `to`. Warns when a loss of the run used the same network.
 */
export const swapIdentity = defineMetric({
  options: v.strictObject({
    /** The judge, as the loss `arcface` names its model. Defaults to 'avatars-judge' for synthetic people; of others nobody judges until one is named, as it may have to be fetched. */
    model: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  }),
  create({ model }, context) {
    const synthetic = context.identities.every((identity) => context.dataset(identity).truth !== undefined);
    const judge = model ?? (synthetic ? SYNTHETIC : undefined);
    let network: FrozenNetwork | undefined;
    let centroids: { readonly of: EvaluationSet; readonly by: Promise<ReadonlyMap<string, Float32Array>> } | undefined;
    const boxes = new Map<string, Box>();

    const embeddings = async (identity: string, pictures: readonly Picture[], size: number) => {
      const found: Float32Array[] = [];
      const judging = network!;
      const box = boxes.get(identity)!;
      const [rows, columns] = judging.inputShape;
      for (let start = 0; start < pictures.length; start += BATCH) {
        const input = tensorOf(pictures.slice(start, start + BATCH), size);
        const output = tf.tidy(() => embed(judging, crop(input, box, rows, columns)));
        const values = (await output.data()) as Float32Array;
        const length = output.shape[1];
        for (let i = 0; i < values.length; i += length) found.push(values.slice(i, i + length));
        tf.dispose([input, output]);
      }
      return found;
    };
    const centroidsOf = async (set: EvaluationSet) => {
      const by = new Map<string, Float32Array>();
      for (const identity of set.identities) {
        by.set(identity, meanOf(await embeddings(identity, (await set.training(identity)).source, set.size)));
      }
      return by;
    };

    return {
      async prepare() {
        if (judge === undefined) {
          context.logger.info(
            "swapIdentity is not measured: name a recogniser that no loss was trained against, such as evaluate.metrics.swapIdentity.model: 'faceres' (7 MB, fetched once).",
          );
          return;
        }
        network = await openRecogniser({ model: judge }, context);
        const { alignment = 'arcface' } = network.description;
        for (const identity of context.identities) {
          boxes.set(identity, boxOf(identity, alignment, context.dataset(identity), context));
        }
        for (const { use, options } of Object.values(context.losses)) {
          if (use !== 'arcface' || (options as { readonly model?: string }).model !== judge) continue;
          context.logger.warn(
            `swapIdentity: the judge "${judge}" is the network that the loss "arcface" was trained against. What it says of this run proves nothing; name another by evaluate.metrics.swapIdentity.model.`,
          );
        }
      },
      async swap({ from, to, groups, swap }, set) {
        if (network === undefined) return [];
        if (centroids?.of !== set) centroids = { of: set, by: centroidsOf(set) };
        const people = await centroids.by;
        const shown = await embeddings(to, swap, set.size);
        const measured = (value: (embedding: Float32Array) => number) =>
          groups.map((group, i) => ({ group, value: value(shown[i]!) }));
        const cosine = (identity: string) => (embedding: Float32Array) => dot(embedding, people.get(identity)!);
        const nearest = (embedding: Float32Array) =>
          [...people].every(([name, centroid]) => name === to || dot(embedding, centroid) < cosine(to)(embedding));
        const value = { name: 'swapIdentity', unit: '' };
        const values = [
          { ...value, region: 'nearest', better: 'higher' as const, measured: measured((e) => (nearest(e) ? 1 : 0)) },
          { ...value, region: 'cosine-to', better: 'higher' as const, measured: measured(cosine(to)) },
        ];
        // A person's own faces are shown under this metric too, as the baseline of reconstruction.
        if (from === to) return values;
        return [
          ...values,
          { ...value, region: 'cosine-from', better: 'lower' as const, measured: measured(cosine(from)) },
        ];
      },
      dispose() {
        network?.dispose();
        network = undefined;
      },
    };
  },
});

/** The mean of unit embeddings, at length 1 itself. */
function meanOf(embeddings: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(embeddings[0]?.length ?? 0);
  for (const embedding of embeddings) for (let k = 0; k < sum.length; k++) sum[k]! += embedding[k]!;
  const length = Math.hypot(...sum);
  return Float32Array.from(sum, (value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
