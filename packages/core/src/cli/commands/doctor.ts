import { cpus, totalmem } from 'node:os';
import Table from 'cli-table3';
import { describeBackends } from '../../backends/describe.js';
import type { BackendProvider } from '../../contracts/index.js';
import { builtin } from '../../plugins/builtin.js';
import { discoverBackends } from '../../plugins/load.js';
import { version } from '../../version.js';
import { flag } from '../options.js';
import type { Session } from '../session.js';

export async function run(_: readonly unknown[], options: Record<string, unknown>, session: Session): Promise<number> {
  const { found, failed } = await discoverBackends(session.cwd);
  const providers = new Map<string, BackendProvider>();
  for (const plugin of [builtin, ...found.map((loaded) => loaded.plugin)]) {
    for (const [name, provider] of Object.entries(plugin.backends ?? {})) providers.set(name, provider);
  }
  const backends = await describeBackends(providers);
  const machine = {
    fsae: version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: `${cpus()[0]?.model.trim()} x ${cpus().length}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
  };
  if (flag(options, 'json')) {
    session.print(JSON.stringify({ machine, backends, failed: failed.map(({ message }) => message) }, null, 2));
    return 0;
  }
  for (const [name, value] of Object.entries(machine)) session.print(`${name.padEnd(10)} ${value}`);
  const table = new Table({
    head: ['backend', 'found', 'self-test', 'detail'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [15, 7, 24, 71],
  });
  for (const row of backends) {
    const test = row.selfTest === null ? '' : row.selfTest.ok ? 'agrees with cpu' : row.selfTest.reason;
    table.push([
      row.name,
      row.found ? 'yes' : 'no',
      test,
      row.install === null ? row.detail : `${row.detail}. Install: ${row.install}`,
    ]);
  }
  session.print(table.toString());
  for (const error of failed) session.logger.warn(error.message);
  if (flag(options, 'wiring')) {
    const { wiringText } = await import('../wiring.js');
    session.print(await wiringText(options, session));
  }
  return 0;
}
