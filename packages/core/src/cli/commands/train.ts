import type { DependencyContainer } from '../../container/di.js';
import { CLOCK, CONFIG, RUN_FOLDER } from '../../container/tokens.js';
import type { Callback } from '../../contracts/index.js';
import { fsaeError } from '../../errors/catalogue.js';
import { memoryInUse } from '../../reporting/memory.js';
import { MetricsLog } from '../../reporting/metrics-log.js';
import { Progress } from '../../reporting/progress.js';
import { previewCallback } from '../../run/preview.js';
import { train } from '../../run/train.js';
import { flag } from '../options.js';
import { resolveFrom } from '../resolve.js';
import { INTERRUPTED, type Session } from '../session.js';

export async function run(_: readonly unknown[], options: Record<string, unknown>, session: Session): Promise<number> {
  if (flag(options, 'resume') && flag(options, 'fresh')) {
    throw fsaeError('FSAE_CLI_OPTION', {
      option: '--resume',
      expected: '--resume or --fresh',
      received: 'both',
    });
  }
  const resolved = await resolveFrom(options, session);
  const { logger, signal } = session;
  const result = await train(resolved, {
    logger,
    signal,
    fresh: flag(options, 'fresh'),
    mustResume: flag(options, 'resume'),
    callbacks: usualCallbacks,
  });
  const { step, runFolder, reason, resumedFrom } = result;
  if (step === resumedFrom) session.print(`The run is complete at step ${step}: ${runFolder}`);
  else session.print(`Step ${step} saved: ${runFolder}`);
  if (reason === 'stopped') {
    session.print('Stopped; `fsae train` goes on from here.');
    return INTERRUPTED;
  }
  session.print('Next: `fsae evaluate` measures it, `fsae swap --from ... --to ... PICTURES` uses it.');
  return 0;
}

/** What a person who trains wants to see and keep. */
export function usualCallbacks(container: DependencyContainer): readonly Callback[] {
  const { train: settings } = container.resolve(CONFIG);
  return [
    new Progress({
      steps: settings.steps,
      output: process.stdout,
      clock: container.resolve(CLOCK),
      memory: memoryInUse,
    }),
    new MetricsLog({ folder: container.resolve(RUN_FOLDER), memory: memoryInUse }),
    previewCallback(container),
  ];
}
