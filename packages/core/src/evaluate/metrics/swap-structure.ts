import * as v from 'valibot';
import type { EvaluationSet, ReconstructedFaces } from '../../contracts/index.js';
import { defineMetric } from '../../plugins/define.js';
import { StructureReader } from '../structure.js';

/**
 * Does the swap show the source's pose and expression? R2 of each known number, read off the swap by a regression that
 * learned on the target decoder's own pictures: a latent that is dead carries none of it, however little it leaks.
 */
export const swapStructure = defineMetric({
  options: v.strictObject({}),
  create: () => {
    const readers = new WeakMap<ReconstructedFaces, StructureReader>();
    return {
      async swap({ to, swap, structure }, set) {
        if (structure === undefined) return [];
        const reader = await readerOf(to, set, readers);
        if (reader === undefined) return [];
        return reader.explain(swap, structure, set.random).map(({ name, r2, low, high }) => ({
          name: 'swap.structure.r2',
          region: name,
          unit: '',
          better: 'higher',
          measured: { value: r2, low, high },
        }));
      },
    };
  },
});

async function readerOf(
  identity: string,
  set: EvaluationSet,
  readers: WeakMap<ReconstructedFaces, StructureReader>,
): Promise<StructureReader | undefined> {
  const faces = await set.training(identity);
  if (faces.structure === undefined) return undefined;
  const reader = readers.get(faces) ?? new StructureReader(faces.reconstruction, faces.structure, set.size);
  readers.set(faces, reader);
  return reader;
}
