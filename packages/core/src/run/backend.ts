import { chooseBackend } from '../backends/choose.js';
import type { BackendProvider, Logger } from '../contracts/index.js';
import { builtin } from '../plugins/builtin.js';
import { discoverBackends } from '../plugins/load.js';

export interface OpenBackendOptions {
  /** A backend's name, or 'auto'. */
  readonly use?: string;
  /** The project's folder, from which backend packages are seen. */
  readonly root: string;
  /** The backend's own choice when left out. */
  readonly threads?: number;
  readonly logger: Logger;
}

/**
 * Activates a backend where no config names one.
 * @throws FSAE_BACKEND_UNKNOWN, FSAE_BACKEND_UNAVAILABLE
 */
export async function openBackend({
  use = 'auto',
  root,
  threads,
  logger,
}: OpenBackendOptions): Promise<BackendProvider> {
  const options = threads === undefined ? {} : { threads };
  const { found, failed } = await discoverBackends(root);
  for (const { message } of failed) logger.warn(message);
  const providers = new Map<string, BackendProvider>();
  for (const plugin of [builtin, ...found.map((loaded) => loaded.plugin)]) {
    for (const [name, provider] of Object.entries(plugin.backends ?? {})) providers.set(name, provider);
  }
  const { provider } = await chooseBackend(use, options, providers, logger);
  await provider.activate(options);
  return provider;
}
