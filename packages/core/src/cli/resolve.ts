import type { Config, ResolvedConfig } from '../config/define.js';
import type { Resolved } from '../run/open.js';
import { text, whole } from './options.js';
import type { Session } from './session.js';

/** The config of this folder (or of --config) with what the command line puts in its place. */
export async function resolveFrom(options: Record<string, unknown>, session: Session): Promise<Resolved> {
  const [{ loadConfig }, { resolveConfig }] = await Promise.all([
    import('../config/load.js'),
    import('../config/resolve.js'),
  ]);
  const file = text(options, 'config');
  const loaded = await loadConfig({ cwd: session.cwd, ...(file === undefined ? {} : { file }) });
  const resolved = await resolveConfig(override(loaded.config, options), loaded);
  for (const note of resolved.notes) session.logger.warn(note);
  return resolved;
}

function override(config: Config, options: Record<string, unknown>): Config {
  const [name, backend] = [text(options, 'name'), text(options, 'backend')];
  const [steps, seed] = [whole(options, 'steps'), whole(options, 'seed', 0)];
  return {
    ...config,
    ...(name === undefined ? {} : { name }),
    ...(backend === undefined ? {} : { backend }),
    // What is no object is left as it is: the schema has to see it.
    ...((steps === undefined && seed === undefined) || !isObject(config.train ?? {})
      ? {}
      : {
          train: {
            ...config.train,
            ...(steps === undefined ? {} : { steps }),
            ...(seed === undefined ? {} : { seed }),
          },
        }),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** A trained run, and how the config at hand, if there is one, says to measure it: that may change after training. */
export interface LocatedRun {
  readonly run: string;
  readonly root: string;
  readonly evaluate?: ResolvedConfig['evaluate'];
}

/** Where a command that works on a trained run finds it: named, or the run of this folder's config. */
export async function locateRun(
  named: unknown,
  options: Record<string, unknown>,
  session: Session,
): Promise<LocatedRun> {
  if (typeof named === 'string') {
    const { rootOf } = await import('../run/locate.js');
    const located = await rootOf(named, session.cwd);
    if (text(options, 'config') === undefined) return located;
    return { ...located, evaluate: (await resolveFrom(options, session)).config.evaluate };
  }
  const { config, root }: { config: ResolvedConfig; root: string } = await resolveFrom(options, session);
  return { run: `${config.output}/${config.name}`, root, evaluate: config.evaluate };
}
