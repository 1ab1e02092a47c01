// The engine's side of the protocol in engine.mjs.
import { createInterface } from 'node:readline';

const say = (...lines) => process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
/** Lines of shorter steps are kept so long: whoever reads them takes CPU from the next step. */
const KEPT_SECONDS = 0.1;

/** Takes two steps, says that it is ready, and takes as many more as each line on stdin asks for. */
export async function serve(step, about = {}) {
  const times = [performance.now()];
  const firstResult = await step();
  times.push(performance.now());
  await step();
  times.push(performance.now());
  const [first, second] = [1, 2].map((i) => (times[i] - times[i - 1]) / 1000);
  say({ ready: true, compileSeconds: Math.max(0, first - second), firstResult, ...about });
  for await (const line of createInterface({ input: process.stdin })) {
    let result;
    let kept = [];
    let keptSince = performance.now();
    for (let i = 0; i < Number(line); i++) {
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      result = await step();
      const used = process.cpuUsage(cpu);
      kept.push({ seconds: (performance.now() - start) / 1000, cpuSeconds: (used.user + used.system) / 1e6 });
      if (performance.now() - keptSince < KEPT_SECONDS * 1000) continue;
      say(...kept);
      kept = [];
      keptSince = performance.now();
    }
    say(...kept, { done: true, result, peakMegabytes: process.resourceUsage().maxRSS / 1024 });
  }
}

/** What cannot be had here is said in one line, not as a stack. */
export function sayAbsent(error) {
  say({ absent: String(error?.message ?? error).split('\n')[0] });
}
