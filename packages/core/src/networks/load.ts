import { readNetworkFiles } from './artifacts.js';
import { freeze } from './frozen.js';
import { locate } from './locate.js';
import type { FrozenNetwork, LoadNetworkOptions, NetworkDescription } from './network.js';
import { parseSource } from './source.js';

interface Shared {
  readonly network: Promise<FrozenNetwork>;
  users: number;
}

/** Networks of a run by what was asked for. A run is its signal: every part of it is given the same one. */
const runs = new WeakMap<AbortSignal, Map<string, Shared>>();

/** `loadNetwork`, with everything that it needs loaded. */
export async function load(options: LoadNetworkOptions): Promise<FrozenNetwork> {
  const { signal } = options.context;
  const networks = runs.get(signal) ?? new Map<string, Shared>();
  runs.set(signal, networks);
  const key = JSON.stringify([options.source, options.root, options.repair, options.description, options.fallback]);
  const shared = networks.get(key) ?? { network: read(options), users: 0 };
  networks.set(key, shared);
  shared.users++;
  const release = () => {
    if (--shared.users === 0) networks.delete(key);
    return shared.users === 0;
  };
  let network: FrozenNetwork;
  try {
    network = await shared.network;
  } catch (error) {
    release();
    throw error;
  }
  let mine = true;
  return {
    ...network,
    dispose() {
      if (mine && release()) network.dispose();
      mine = false;
    },
  };
}

async function read({ source: text, context, root, ...asked }: LoadNetworkOptions): Promise<FrozenNetwork> {
  const source = parseSource(text);
  const { file, sha256 } = await locate(source, { context, root });
  const files = await readNetworkFiles(file, sha256);
  const description: NetworkDescription = {
    ...asked.fallback,
    ...files.description,
    ...(source.entry === undefined ? {} : describe(source.entry)),
    ...asked.description,
  };
  const repair = asked.repair === false ? undefined : (asked.repair ?? source.entry?.repair);
  return freeze(files, { file, architecture: source.entry?.architecture ?? 'tfjs', repair, description });
}

function describe({ input, output, licence, alignment, cosine }: NetworkDescription): NetworkDescription {
  return Object.fromEntries(
    Object.entries({ input, output, licence, alignment, cosine }).filter(([, value]) => value !== undefined),
  );
}
