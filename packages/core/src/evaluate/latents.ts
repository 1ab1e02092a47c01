import * as tf from '@tensorflow/tfjs';
import type { Bottleneck, LabelledLatents, Latents, Pass, Picture } from '../contracts/index.js';
import { INFERENCE } from '../model/autoencoder.js';
import { rateOf } from '../model/posterior.js';
import type { EvaluatedFaces } from './faces.js';
import { tensorOf } from './load.js';

const BATCH = 32;

/** The half of a model that makes latents. */
interface Encoding {
  readonly bottleneck: Pick<Bottleneck, 'latentShape'>;
  encode(images: tf.Tensor4D, pass: Pass): ReturnType<Bottleneck['compress']>;
}

/** Latents of training and held-out faces by the model, and by the same network as it was before training. */
export async function latentsOf(faces: EvaluatedFaces, model: Encoding, untrained: Encoding): Promise<Latents> {
  const by = async (encoding: Encoding) => ({
    training: await labelled(faces, encoding, (identity) => faces.training(identity)),
    heldOut: await labelled(faces, encoding, (identity) => faces.heldOut(identity)),
  });
  return {
    identities: faces.identities,
    shape: model.bottleneck.latentShape,
    ...(await by(model)),
    untrained: await by(untrained),
  };
}

async function labelled(
  { identities, size }: EvaluatedFaces,
  model: Encoding,
  of: (identity: string) => Promise<{ readonly source: readonly Picture[]; readonly groups: readonly string[] }>,
): Promise<LabelledLatents> {
  const all = { z: [] as Float32Array[], identity: [] as number[], group: [] as string[], rate: [] as number[] };
  for (const [who, identity] of identities.entries()) {
    const { source, groups } = await of(identity);
    for (let start = 0; start < source.length; start += BATCH) {
      const some = source.slice(start, start + BATCH);
      const { z, rate } = await encode(some, model, size);
      all.z.push(...z);
      all.rate.push(...rate);
    }
    all.identity.push(...groups.map(() => who));
    all.group.push(...groups);
  }
  const { rate, ...latents } = all;
  return rate.length === 0 ? latents : { ...latents, rate };
}

async function encode(pictures: readonly Picture[], model: Encoding, size: number) {
  const input = tensorOf(pictures, size);
  const { z, rate } = tf.tidy(() => {
    const { z, posterior } = model.encode(input, INFERENCE);
    return { z: z.clone(), rate: posterior === undefined ? undefined : rateOf(posterior) };
  });
  input.dispose();
  const values = (await z.data()) as Float32Array;
  const rates = rate === undefined ? [] : [...(await rate.data())];
  tf.dispose([z, rate ?? []]);
  const length = values.length / pictures.length;
  return { z: pictures.map((_, i) => values.slice(i * length, (i + 1) * length)), rate: rates };
}
