import type { DependencyContainer } from '../container/di.js';
import { CLOCK, CONFIG, RUN_FOLDER } from '../container/tokens.js';
import type { Callback, Logger } from '../contracts/index.js';
import { memoryInUse } from '../reporting/memory.js';
import { MetricsLog } from '../reporting/metrics-log.js';
import { Progress } from '../reporting/progress.js';
import { previewCallback } from '../run/preview.js';
import type { Session } from './session.js';

/** What a person who trains wants to see and keep: progress, logs, previews; and messages that do not tear the progress bar. */
export function watched({ logger }: Session): {
  readonly logger: Logger;
  readonly callbacks: (container: DependencyContainer) => readonly Callback[];
} {
  let progress: Progress | undefined;
  const beside = (write: () => void) => (progress === undefined ? write() : progress.aside(write));
  return {
    logger: {
      info: (message) => beside(() => logger.info(message)),
      warn: (message) => beside(() => logger.warn(message)),
    },
    callbacks: (container) => {
      progress = new Progress({
        steps: container.resolve(CONFIG).train.steps,
        output: process.stdout,
        clock: container.resolve(CLOCK),
        memory: memoryInUse,
      });
      return [
        progress,
        new MetricsLog({ folder: container.resolve(RUN_FOLDER), memory: memoryInUse }),
        previewCallback(container),
      ];
    },
  };
}
