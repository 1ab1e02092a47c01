import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Definition, Loss, LossContext } from '../contracts/index.js';
import { adversaryCases } from './adversary.js';
import { type ConformanceCase, check } from './check.js';
import { disposeCase, growthCase, stateCase, synchronousCase } from './loss-life.js';
import { maskCases, sensitivityCase } from './loss-pictures.js';
import { gradientCase, orderCase, scalarCase, seedCase, zeroCase } from './loss-values.js';
import { optionCases } from './options.js';
import { type LossConformance, type LossSetting, settingOf, withLoss } from './setting.js';

/**
 * The promises of `Loss` as tests, for any runner:
 * `for (const c of lossConformance('arcface', arcface, { reaches: 'swap' })) test(c.name, c.run)`.
 * They run on tfjs's current backend.
 */
export function lossConformance<S extends StandardSchemaV1>(
  name: string,
  definition: Definition<Loss, LossContext, S>,
  conformance: LossConformance = {},
): ConformanceCase[] {
  const setting = settingOf(name, definition, conformance);
  const { options = {}, required = false, zeroWhen, masked, reaches = 'reconstruction' } = conformance;
  const isPicture = reaches === 'reconstruction' || reaches === 'swap';
  return [
    ...optionCases(name, definition.options, options, required),
    ...[1, 4].flatMap((batch) => [2, 3].map((count) => scalarCase(setting, batch, count))),
    gradientCase(setting, reaches),
    ...(zeroWhen === undefined ? [] : [zeroCase(setting, zeroWhen)]),
    ...(isPicture ? [sensitivityCase(setting, reaches, 'across'), sensitivityCase(setting, reaches, 'down')] : []),
    orderCase(setting),
    ...(masked === undefined ? [] : maskCases(setting, masked)),
    growthCase(setting),
    synchronousCase(setting),
    seedCase(setting),
    stateCase(setting),
    disposeCase(setting),
    adversaryDeclaredCase(setting),
    ...(conformance.adversary === true ? adversaryCases(setting) : []),
  ];
}

function adversaryDeclaredCase(setting: LossSetting): ConformanceCase {
  const { adversary = false } = setting;
  return {
    name: `${setting.name}: ${adversary ? 'has' : 'has no'} adversary`,
    run: () =>
      withLoss(setting, async (loss) => {
        const has = loss.adversary !== undefined;
        check(has === adversary, `adversary: ${adversary} in the kit's options to be true to the loss`, has);
      }),
  };
}
