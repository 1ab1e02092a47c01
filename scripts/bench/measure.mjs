// Engines take turns, so that whatever changes on the machine meets all of them; what they took, as numbers of a row.

/** What was left out, and why: once is enough. */
const said = new Set();

/**
 * Starts the engines one after the other and lets them take turns. One that is absent or that ends is said in a line and
 * left out; all are stopped at the end.
 * @returns {Promise<{ engine: import('./engine.mjs').Engine, rounds: object[][] }[]>} the steps of every round
 */
export async function takeTurns(engines, { rounds, ...size }) {
  let present = [];
  const leave = (engine, reason) => {
    const line = `${engine.name} is left out: ${reason}`;
    if (!said.has(line)) console.log(line);
    said.add(line);
    present = present.filter((one) => one.engine !== engine);
  };
  try {
    for (const engine of engines) {
      present.push({ engine, rounds: [] });
      await engine.start().catch(({ message }) => leave(engine, message));
    }
    for (let round = 0; round < rounds; round++) {
      // Nobody always comes after the same other.
      const first = round % Math.max(1, present.length);
      for (const { engine, rounds: taken } of [...present.slice(first), ...present.slice(0, first)]) {
        const turn = engine.turn(size);
        await turn.then(
          (of) => taken.push(of),
          ({ message }) => leave(engine, `in "${engine.work.join(' ')}", ${message}`),
        );
      }
    }
  } finally {
    for (const engine of engines) engine.stop();
  }
  return present;
}

/** Of the clean steps; of all, where none was clean: cleanSteps says so. */
export function stepsOf({ engine, rounds }) {
  const steps = rounds.flat();
  const clean = steps.filter((step) => step.clean);
  const counted = (clean.length > 0 ? clean : steps).map((step) => step.seconds);
  return {
    medianSeconds: median(counted),
    low: Math.min(...counted),
    high: Math.max(...counted),
    cpuSeconds: median(steps.map((step) => step.cpuSeconds)),
    cleanSteps: clean.length,
    droppedSteps: steps.length - clean.length,
    peakMegabytes: engine.peakMegabytes,
    compileSeconds: engine.compileSeconds,
  };
}

/** Operations of a step: the same in every engine, and not all of them count. */
export const flopsOf = (taken) => taken.find(({ engine }) => engine.flops !== null)?.engine.flops ?? null;

/**
 * Seconds of one over seconds of the other: every round in which both have clean steps is a sample. Median and quartiles,
 * null where there is no such round.
 */
export function ratioOf(one, other) {
  const samples = one.rounds.flatMap((round, i) => {
    const [mine, theirs] = [cleanMedian(round), cleanMedian(other?.rounds[i] ?? [])];
    return mine === undefined || theirs === undefined ? [] : [mine / theirs];
  });
  if (samples.length === 0) return { ratio: null, low: null, high: null };
  return { ratio: median(samples), low: quantile(samples, 0.25), high: quantile(samples, 0.75) };
}

function cleanMedian(steps) {
  const clean = steps.filter((step) => step.clean);
  return clean.length === 0 ? undefined : median(clean.map((step) => step.seconds));
}

export const median = (values) => quantile(values, 0.5);

/** Linear between neighbours. */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return below + (above - below) * (position % 1);
}
