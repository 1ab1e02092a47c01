// Run as a process of its own by resume.test.ts, which kills it.
import { dirname } from 'node:path';
import { loadSweep } from '../../src/sweep/load.js';
import { localExecutor } from '../../src/sweep/local.js';
import { planSweep } from '../../src/sweep/plan.js';
import { runSweep } from '../../src/sweep/sweep.js';

const [, , file, script] = process.argv as [string, string, string, string];
const { sweep } = await loadSweep({ cwd: dirname(file), file });
await runSweep(await planSweep(sweep, { root: dirname(file), file }), {
  executor: () => localExecutor({ workers: 1, script }),
  signal: new AbortController().signal,
});
