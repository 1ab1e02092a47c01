import Table from 'cli-table3';
import * as tokens from '../container/tokens.js';
import type { PluginKind } from '../contracts/index.js';
import { resolveFrom } from './resolve.js';
import type { Session } from './session.js';

/** token -> what stands behind it in this folder's config -> the package it comes from. */
export async function wiringText(options: Record<string, unknown>, session: Session): Promise<string> {
  const { config, registry } = await resolveFrom(options, session);
  const table = new Table({ head: ['token', 'behind it', 'from'], style: { head: [], border: [] } });
  const add = (token: unknown, kind: PluginKind, use: string, label = use) => {
    const plugin = registry.find(kind, use)?.plugin;
    table.push([
      nameOf(token),
      label,
      plugin === undefined ? '?' : `${plugin.plugin.name} ${plugin.version ?? ''}`.trim(),
    ]);
  };
  const trainer = registry.find('trainers', config.train.use)?.definition;
  add(tokens.TRAINER, 'trainers', config.train.use, trainer === undefined ? config.train.use : trainer.name);
  add(tokens.MODEL, 'encoders', config.model.encoder.use, `encoder ${config.model.encoder.use}`);
  add(tokens.MODEL, 'bottlenecks', config.model.bottleneck.use, `bottleneck ${config.model.bottleneck.use}`);
  add(tokens.MODEL, 'decoders', config.model.decoder.use, `decoder ${config.model.decoder.use}`);
  for (const [key, { use }] of Object.entries(config.losses))
    add(tokens.LOSSES, 'losses', use, key === use ? key : `${key} (${use})`);
  for (const [identity, { use }] of Object.entries(config.identities))
    add(tokens.DATASETS, 'datasets', use, `${identity}: ${use}`);
  for (const name of registry.names('backends')) add(tokens.BACKEND, 'backends', name);
  for (const [token, name] of own) table.push([nameOf(token), name, '@fsae/core']);
  return table.toString();
}

/** What no plugin replaces. */
const own: readonly (readonly [unknown, string])[] = [
  [tokens.LOADER, 'Loader'],
  [tokens.CHECKPOINTS, 'CheckpointStore'],
  [tokens.OPTIMIZERS, "the backend's factory, else createAdam"],
  [tokens.RANDOM, 'createRandom(train.seed)'],
  [tokens.CLOCK, 'Date'],
];

function nameOf(token: unknown): string {
  return typeof token === 'symbol' ? (token.description ?? '').replace('@fsae/core/', '') : String(token);
}
