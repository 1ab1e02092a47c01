// The machine's peak: large fp32 matrix products, in PyTorch, or on the first backend that is present.
import { tfjsEngine, torchEngine } from './engine.mjs';
import { stepsOf, takeTurns } from './measure.mjs';

const SIZES = [1024, 2048];

/** @returns a row per size, none where nothing can multiply */
export async function measureProducts({ threads, backends, folderOf, turns }) {
  const engines = [
    (work) => torchEngine({ threads, work }),
    ...backends.map((backend) => (work) => tfjsEngine(backend, { threads, work, cwd: folderOf(backend) })),
  ];
  for (const engine of engines) {
    const rows = [];
    for (const size of SIZES) {
      for (const one of await takeTurns([engine(['product', size])], turns)) {
        const { medianSeconds, low, high, cleanSteps, droppedSteps } = stepsOf(one);
        const gflops = one.engine.flops / medianSeconds / 1e9;
        rows.push({ size, backend: one.engine.name, medianSeconds, low, high, cleanSteps, droppedSteps, gflops });
      }
    }
    if (rows.length > 0) return rows;
  }
  return [];
}

export const peakOf = (products) => (products.length === 0 ? null : Math.max(...products.map(({ gflops }) => gflops)));
