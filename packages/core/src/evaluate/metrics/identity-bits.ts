import * as v from 'valibot';
import type { EvaluationSet, LabelledLatents, Latents, MetricValue } from '../../contracts/index.js';
import { permutation } from '../../data/permutation.js';
import { defineMetric } from '../../plugins/define.js';
import { type ProbeKind, probe } from '../probe.js';

/**
 * How many bits about identity a fresh probe reads from the latent: a lower bound of I(Z; ID). Regions: `two-layer` and
 * `linear` probes; `shuffled` (every latent under somebody's name, in training and in judging: what the estimator itself makes up, about 0)
 * and `untrained` (the same network with its first weights: what the architecture alone lets through), both two-layer.
 * Of a variational bottleneck draws from the posterior are read, as in `information.zx`; `noiseless` is the two-layer
 * probe on the means, which swaps are made from. With two people it saturates at 1 bit for good and bad swaps alike; with eight the most is 3.
 */
export const identityBits = defineMetric({
  options: v.strictObject({}),
  create: () => ({
    async latents(latents, set) {
      const value = (region: string, kind: ProbeKind, of: Pick<Latents, 'training' | 'heldOut'>) =>
        bits(region, kind, of, set);
      const { training, heldOut, noiseless, untrained } = latents;
      return [
        await value('two-layer', 'two-layer', latents),
        await value('linear', 'linear', latents),
        ...(noiseless === undefined ? [] : [await value('noiseless', 'two-layer', noiseless)]),
        await value('shuffled', 'two-layer', {
          training: strangers(training, set, 'training'),
          heldOut: strangers(heldOut, set, 'held-out'),
        }),
        await value('untrained', 'two-layer', untrained),
      ];
    },
  }),
});

async function bits(
  region: string,
  kind: ProbeKind,
  { training, heldOut }: Pick<Latents, 'training' | 'heldOut'>,
  { identities, random }: EvaluationSet,
): Promise<MetricValue> {
  const measured = await probe({ kind, identities: identities.length, training, heldOut, random });
  return { name: 'identityBits', region, unit: 'bit', better: 'lower', measured };
}

/** The same latents, each under somebody's name. */
function strangers(latents: LabelledLatents, { random }: EvaluationSet, split: string): LabelledLatents {
  const order = permutation(latents.identity.length, random.stream(`shuffled identities ${split}`));
  return { ...latents, identity: [...order].map((i) => latents.identity[i]!) };
}
