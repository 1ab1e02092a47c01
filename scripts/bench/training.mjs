// Seconds of a training step.
import { everyEngine } from './engine.mjs';
import { flopsOf, ratioOf, stepsOf, takeTurns } from './measure.mjs';

/** @returns rows of one network and size, PyTorch's last */
export async function measureTraining(benchmark, size, { turns, peakGflops, ...where }) {
  const taken = await takeTurns(everyEngine(['train', benchmark, size], where), turns);
  const flops = flopsOf(taken);
  const torch = taken.find(({ engine }) => engine.name === 'torch');
  return taken.map((one) => {
    const steps = stepsOf(one);
    const { ratio, low, high } = ratioOf(one, torch);
    const gflops = flops === null ? null : flops / steps.medianSeconds / 1e9;
    return {
      benchmark,
      size,
      backend: one.engine.name,
      threads: one.engine.threads,
      ...steps,
      ratioToTorch: ratio,
      ratioLow: low,
      ratioHigh: high,
      gflops,
      shareOfPeak: gflops === null || peakGflops === null ? null : gflops / peakGflops,
    };
  });
}
