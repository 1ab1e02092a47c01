// Faces a second of a swap: encoder, bottleneck and one decoder, without gradients.
import { everyEngine } from './engine.mjs';
import { flopsOf, ratioOf, stepsOf, takeTurns } from './measure.mjs';

/** @returns rows of one network, size and batch, PyTorch's last; ratios are of faces a second, more is better */
export async function measureInference(benchmark, size, batch, { turns, ...where }) {
  const taken = await takeTurns(everyEngine(['swap', benchmark, size, batch], where), turns);
  const flops = flopsOf(taken);
  const torch = taken.find(({ engine }) => engine.name === 'torch');
  return taken.map((one) => {
    const steps = stepsOf(one);
    const { ratio, low, high } = ratioOf(torch ?? { rounds: [] }, one);
    return {
      benchmark,
      size,
      batch,
      backend: one.engine.name,
      threads: one.engine.threads,
      facesPerSecond: batch / steps.medianSeconds,
      ...steps,
      ratioToTorch: ratio,
      ratioLow: low,
      ratioHigh: high,
      gflops: flops === null ? null : flops / steps.medianSeconds / 1e9,
    };
  });
}
