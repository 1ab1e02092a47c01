// An engine is a long-lived process that computes steps when it is asked to. Protocol: on stdout one line of JSON when it
// is ready ({ ready, compileSeconds, ... } or { absent: reason }); for each number on stdin as many lines { seconds,
// cpuSeconds } and then { done, peakMegabytes, ... }.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** More than this share of a core used by others and a step does not count. */
const DISTURBANCE = 0.15;
/** The system counts in hundredths of a second: shorter steps are judged together. More than the processes keep lines. */
const JUDGEABLE_SECONDS = 0.25;

/** The same work on one backend of TensorFlow.js, which is looked for from the folder. */
export const tfjsEngine = (backend, { threads, work, cwd }) =>
  new Engine(backend, process.execPath, [program('tfjs.mjs'), backend, threads, ...work], { work, cwd });

/** In PyTorch. PYTHON names another interpreter than python3. */
export const torchEngine = ({ threads, work }) =>
  new Engine('torch', process.env.PYTHON ?? 'python3', [program('torch_engine.py'), threads, ...work], { work });

/** On every backend, and in PyTorch. */
export const everyEngine = (work, { threads, backends, folderOf }) => [
  ...backends.map((backend) => tfjsEngine(backend, { threads, work, cwd: folderOf(backend) })),
  torchEngine({ threads, work }),
];

/** The loader of @fsae/core: a step is a batch. */
export const loaderEngine = (work) =>
  new Engine('loader', process.execPath, [program('loader.mjs'), ...work], { work });

const program = (file) => fileURLToPath(new URL(`processes/${file}`, import.meta.url));

export class Engine {
  /** Of the process so far, resident. */
  peakMegabytes = 0;
  #spawn;
  #process;
  #lines;
  #failure;
  #complaint = '';

  constructor(name, command, args, { work, cwd }) {
    this.name = name;
    this.work = work;
    this.#spawn = () => spawn(command, args.map(String), { cwd, stdio: 'pipe' });
  }

  /**
   * Starts the process: nothing runs before, as its first step is timed.
   * @returns what the engine says of itself when it is ready: { compileSeconds, ... }
   * @throws when it cannot be had here, with the reason in one line
   */
  async start() {
    this.#process = this.#spawn();
    this.#process.stdin.on('error', () => {}); // An engine that has ended is noticed by its silence.
    this.#process.stderr.on('data', (text) => {
      this.#complaint = (this.#complaint + text).slice(-2000);
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#failure = new Promise((resolve) => this.#process.once('error', resolve));
    const said = await this.#next();
    Object.assign(this, said);
    return said;
  }

  /**
   * At most `steps` steps, or as many as fill `least` seconds, and no more after about `seconds`. The first finds the
   * caches full of another engine's numbers and is not given, unless it takes the whole turn.
   * @returns {Promise<{ seconds: number, cpuSeconds: number, clean: boolean }[]>}
   */
  async turn({ steps, seconds, least = 0 }) {
    const [first] = await this.#take(1, 0);
    if (first.seconds >= seconds) return [first];
    const wanted = Math.max(steps, Math.ceil(least / first.seconds));
    return this.#take(Math.max(1, Math.min(wanted, Math.floor(seconds / first.seconds) - 1)), first.seconds);
  }

  stop() {
    this.#process?.kill();
  }

  async #take(count, expectedSeconds) {
    const judged = [];
    let unjudged = [];
    let before = await systemSeconds();
    this.#process.stdin.write(`${count}\n`);
    for (let taken = 1; taken <= count; taken++) {
      unjudged.push(await this.#next());
      if (taken < count && expectedSeconds < JUDGEABLE_SECONDS) continue;
      const now = await systemSeconds();
      const clean = now === undefined || othersShare(now - before, unjudged) <= DISTURBANCE;
      judged.push(...unjudged.map((step) => ({ ...step, clean })));
      [before, unjudged] = [now, []];
    }
    Object.assign(this, await this.#next());
    return judged;
  }

  async #next() {
    const { value, done } = await Promise.race([this.#lines.next(), this.#failure.then(() => ({ done: true }))]);
    if (!done) {
      const said = JSON.parse(value);
      if (said.absent !== undefined) throw new Error(said.absent);
      return said;
    }
    const failure = await Promise.race([this.#failure, new Promise((resolve) => setTimeout(resolve, 100))]);
    const complaints = this.#complaint.trim().split('\n');
    const reason = complaints.findLast((line) => /error/i.test(line)) ?? complaints.at(-1);
    throw new Error(failure?.message ?? (reason || 'its process ended'));
  }
}

/** Of one core, while these steps were taken. */
function othersShare(systemSeconds, steps) {
  const sum = (key) => steps.reduce((total, step) => total + step[key], 0);
  return Math.max(0, systemSeconds - sum('cpuSeconds')) / sum('seconds');
}

/** Seconds of CPU used since boot by everybody, other guests of the host among them; undefined where there is no /proc. */
async function systemSeconds() {
  try {
    const [line] = (await readFile('/proc/stat', 'utf8')).split('\n');
    const [user, nice, system, , , irq, softirq, steal] = line.split(/\s+/).slice(1).map(Number);
    return (user + nice + system + irq + softirq + steal) / 100;
  } catch {
    return undefined;
  }
}
