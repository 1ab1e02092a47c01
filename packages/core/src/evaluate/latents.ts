import * as tf from '@tensorflow/tfjs';
import type { Bottleneck, Latents, Pass, Picture } from '../contracts/index.js';
import { INFERENCE } from '../model/autoencoder.js';
import { rateOf } from '../model/posterior.js';
import type { EvaluatedFaces } from './faces.js';
import { tensorOf } from './load.js';

const BATCH = 30;

/** The half of a model that makes latents. */
interface Encoding {
  readonly bottleneck: Pick<Bottleneck, 'latentShape'>;
  encode(images: tf.Tensor4D, pass: Pass): ReturnType<Bottleneck['compress']>;
}

/** Draws from each posterior: with one, a probe would learn the noise of its training faces by heart. */
const DRAWS = { training: 4, heldOut: 2 } as const;
type Split = keyof typeof DRAWS;

/** Latents of training and held-out faces by the model, and by the same network as it was before training. */
export async function latentsOf(faces: EvaluatedFaces, model: Encoding, untrained: Encoding): Promise<Latents> {
  const [own, first] = [await both(faces, model), await both(faces, untrained)];
  return {
    identities: faces.identities,
    shape: model.bottleneck.latentShape,
    ...own.drawn,
    ...(own.noiseless === undefined ? {} : { noiseless: own.noiseless }),
    untrained: first.drawn,
  };
}

async function both(faces: EvaluatedFaces, encoding: Encoding) {
  const [training, heldOut] = [await labelled(faces, encoding, 'training'), await labelled(faces, encoding, 'heldOut')];
  const drawn = { training: training.drawn, heldOut: heldOut.drawn };
  if (training.noiseless === undefined || heldOut.noiseless === undefined) return { drawn };
  return { drawn, noiseless: { training: training.noiseless, heldOut: heldOut.noiseless } };
}

async function labelled(faces: EvaluatedFaces, model: Encoding, split: Split) {
  const { identities, size, random } = faces;
  const means = empty();
  const draws = { ...empty(), rate: [] as number[] };
  for (const [who, identity] of identities.entries()) {
    const { source, groups } = await faces[split](identity);
    for (let start = 0; start < source.length; start += BATCH) {
      const { mean, posterior } = await encode(source.slice(start, start + BATCH), model, size);
      means.z.push(...mean);
      if (posterior === undefined) continue;
      for (const [i, one] of mean.entries()) {
        const stream = random.stream(`posterior ${split}`, who, start + i);
        for (let draw = 0; draw < DRAWS[split]; draw++) {
          draws.z.push(one.map((value, k) => value + posterior.deviation[i]![k]! * stream.normal()));
          draws.rate.push(posterior.rate[i]!);
          draws.identity.push(who);
          draws.group.push(groups[start + i]!);
        }
      }
    }
    means.identity.push(...groups.map(() => who));
    means.group.push(...groups);
  }
  return draws.z.length === 0 ? { drawn: means } : { drawn: draws, noiseless: means };
}

function empty() {
  return { z: [] as Float32Array[], identity: [] as number[], group: [] as string[] };
}

async function encode(pictures: readonly Picture[], model: Encoding, size: number) {
  const input = tensorOf(pictures, size);
  const { z, rate, deviation } = tf.tidy(() => {
    const { z, posterior } = model.encode(input, INFERENCE);
    if (posterior === undefined) return { z: z.clone() };
    return { z: z.clone(), rate: rateOf(posterior), deviation: tf.exp(tf.div(posterior.logVariance, 2)) };
  });
  input.dispose();
  const mean = await rowsOf(z, pictures.length);
  if (rate === undefined || deviation === undefined) return { mean };
  return { mean, posterior: { deviation: await rowsOf(deviation, pictures.length), rate: await valuesOf(rate) } };
}

async function rowsOf(tensor: tf.Tensor, count: number): Promise<Float32Array[]> {
  const values = await valuesOf(tensor);
  const length = values.length / count;
  return Array.from({ length: count }, (_, i) => values.slice(i * length, (i + 1) * length));
}

/** Disposes the tensor. */
async function valuesOf(tensor: tf.Tensor): Promise<Float32Array> {
  const values = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return values;
}
