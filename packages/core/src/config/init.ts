import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fsaeError } from '../errors/catalogue.js';
import { reasonOf } from '../errors/describe.js';
import { isFsaeError } from '../errors/fsae-error.js';
import type { PartConfig } from './define.js';
import { searchPlaces } from './load.js';
import { resolveConfig } from './resolve.js';
import { templates } from './templates.js';

export interface NewConfig {
  /** The project's folder; made when it does not exist. */
  readonly dir: string;
  readonly format: 'ts' | 'json' | 'yaml';
  /** Folders of aligned faces by name, or datasets. */
  readonly identities: Readonly<Record<string, PartConfig>>;
  readonly preset: string;
  readonly overwrite: boolean;
}

/**
 * Writes a short config with comments (JSON has none) into `dir` and returns its path. Nothing is written that holds a
 * mistake.
 * @throws FSAE_CONFIG_EXISTS, FSAE_CONFIG_WRITE, and what resolveConfig throws
 */
export async function writeConfig({ dir, format, identities, preset, overwrite }: NewConfig): Promise<string> {
  const file = join(dir, `fsae.config.${format}`);
  await resolveConfig({ identities, preset }, { file, root: dir }).catch((error: unknown) => {
    // A package that the preset needs may well be installed afterwards.
    if (!isFsaeError(error) || error.code !== 'FSAE_PLUGIN_PART_MISSING') throw error;
  });
  await refuseOthers(dir, overwrite ? file : undefined);
  try {
    await mkdir(dir, { recursive: true });
    await writeFile(file, templates[format](identities, preset));
  } catch (error) {
    throw fsaeError('FSAE_CONFIG_WRITE', { file, reason: reasonOf(error) }, error);
  }
  return file;
}

/** A config of another name would be read instead of the new one, so it counts as much as one of the same name. */
async function refuseOthers(dir: string, overwritten: string | undefined): Promise<void> {
  for (const place of searchPlaces.filter((name) => name !== 'package.json')) {
    const file = join(dir, place);
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists && file !== overwritten) throw fsaeError('FSAE_CONFIG_EXISTS', { file });
  }
}
