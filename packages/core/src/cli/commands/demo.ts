import { renderTable } from '../../reporting/table.js';
import { demo } from '../../run/demo.js';
import { flag, text, whole } from '../options.js';
import { INTERRUPTED, type Session } from '../session.js';
import { watched } from '../watched.js';

export async function run(_: readonly unknown[], options: Record<string, unknown>, session: Session): Promise<number> {
  const [steps, backend] = [whole(options, 'steps'), text(options, 'backend')];
  const started = performance.now();
  const result = await demo({
    root: session.cwd,
    seed: whole(options, 'seed', 0) ?? 1,
    ...(steps === undefined ? {} : { steps }),
    ...(backend === undefined ? {} : { backend }),
    contrast: flag(options, 'contrast'),
    fresh: flag(options, 'fresh'),
    signal: session.signal,
    ...watched(session),
  });
  if (result.reason === 'stopped') {
    session.print(`Stopped at step ${result.step}; \`fsae demo\` goes on from here.`);
    return INTERRUPTED;
  }
  // The whole table is in the report and in evaluation.json; these rows decide.
  const decisive = result.rows.filter(({ metric }) => metric.endsWith('.psnr'));
  session.print(`\n${await renderTable(decisive)}\n${result.verdict.text}`);
  session.print(`${((performance.now() - started) / 1000).toFixed(0)} s in all. Look at:`);
  for (const file of result.files) session.print(`  ${file}`);
  return 0;
}
