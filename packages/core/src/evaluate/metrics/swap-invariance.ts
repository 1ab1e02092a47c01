import * as v from 'valibot';
import type { EvaluationSet, Picture } from '../../contracts/index.js';
import { defineMetric } from '../../plugins/define.js';
import { psnr } from '../pictures.js';

/**
 * What identity reaches the picture: several people show one pose, all are decoded as `to`, and the outputs should be one
 * picture. The mean PSNR between them, over pairs of people and over poses: higher is less leak. `whole` counts everybody
 * who plays, `known` the identities of the run only. A decoder that ignores its latent gets the best mark, so it is read
 * beside swap.structure.r2.
 */
export const swapInvariance = defineMetric({
  options: v.strictObject({}),
  create: () => ({
    async casting({ poses }, set) {
      const measured = (counts: (person: string) => boolean) =>
        poses.map(({ group, people, swap }) => {
          const shown = swap.filter((_, i) => counts(people[i]!));
          return { group, value: likeness(shown, set) };
        });
      const known = (person: string) => set.identities.includes(person);
      const value = { name: 'swapInvariance', unit: 'dB', better: 'higher' as const };
      const whole = { ...value, measured: measured(() => true) };
      const strangers = poses.some(({ people }) => !people.every(known));
      return strangers ? [whole, { ...value, region: 'known', measured: measured(known) }] : [whole];
    },
  }),
});

function likeness(pictures: readonly Picture[], { size }: EvaluationSet): number {
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < pictures.length; i++) {
    for (let j = 0; j < i; j++) {
      sum += psnr(pictures[i]!, pictures[j]!, size);
      pairs++;
    }
  }
  return sum / pairs;
}
