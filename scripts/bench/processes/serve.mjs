// The engine's side of the protocol in engine.mjs.
import { createInterface } from 'node:readline';

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Takes two steps, says that it is ready, and takes as many more as each line on stdin asks for. */
export async function serve(step, { started, ...about }) {
  const first = await step();
  const compileSeconds = (performance.now() - started) / 1000;
  await step();
  say({ ready: true, compileSeconds, firstResult: first, ...about });
  for await (const line of createInterface({ input: process.stdin })) {
    let result;
    for (let i = 0; i < Number(line); i++) {
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      result = await step();
      const used = process.cpuUsage(cpu);
      say({ seconds: (performance.now() - start) / 1000, cpuSeconds: (used.user + used.system) / 1e6 });
    }
    say({ done: true, result, peakMegabytes: process.resourceUsage().maxRSS / 1024 });
  }
}

/** What cannot be had here is said in one line, not as a stack. */
export function sayAbsent(error) {
  say({ absent: String(error?.message ?? error).split('\n')[0] });
}
