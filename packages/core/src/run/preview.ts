import type { DependencyContainer } from '../container/di.js';
import { CONFIG, MODEL, OPTIMIZER, RUN_FOLDER } from '../container/tokens.js';
import type { Callback, StepReport, TrainingEnd } from '../contracts/index.js';
import { renderPreview } from '../reporting/preview.js';
import { SheetMaker } from '../swap/sheet.js';
import { withAverage } from '../training/average.js';
import { runIdOf, writeRunFile } from './files.js';
import { type LoadOptions, loadRun } from './load.js';

/** previews/step-000100.png every `preview.every` steps and at the end, drawn with the averaged weights where there are some. */
export function previewCallback(container: DependencyContainer): Callback {
  const config = container.resolve(CONFIG);
  const { preview, name } = config;
  let drawn = 0;
  const draw = async (step: number) => {
    if (step === drawn) return;
    drawn = step;
    const sheet = await withAverage(container.resolve(MODEL), container.resolve(OPTIMIZER), () =>
      container.resolve(SheetMaker).make(preview.rows),
    );
    const png = await renderPreview(sheet, { runId: runIdOf(config), title: `${name}, step ${step}` });
    await writeRunFile(container.resolve(RUN_FOLDER), `previews/${stepName(step)}.png`, png);
  };
  return {
    name: 'preview',
    onStart(step) {
      drawn = step;
    },
    async onStep({ index }: StepReport) {
      if (preview.every > 0 && index % preview.every === 0) await draw(index);
    },
    async onEnd({ step }: TrainingEnd) {
      await draw(step);
    },
  };
}

/** The preview sheet of a trained run as PNG. */
export async function previewRun(
  options: Omit<LoadOptions, 'datasets'> & { readonly rows?: number },
): Promise<{ readonly png: Buffer; readonly step: number; readonly runFolder: string }> {
  const run = await loadRun({ ...options, datasets: true });
  try {
    const { step } = run.checkpoint;
    const sheet = await run.container.resolve(SheetMaker).make(options.rows ?? run.config.preview.rows);
    const png = await renderPreview(sheet, { runId: runIdOf(run.config), title: `${run.config.name}, step ${step}` });
    return { png, step, runFolder: run.runFolder };
  } finally {
    run.dispose();
  }
}

function stepName(step: number): string {
  return `step-${String(step).padStart(6, '0')}`;
}
