import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ResolvedConfig } from '../config/define.js';
import { fsaeError } from '../errors/catalogue.js';

/** Writes runs/<name>/config.json, and with it finds out at once whether the folder can be written. */
export async function writeRunConfig(runFolder: string, config: ResolvedConfig): Promise<void> {
  await writeRunFile(runFolder, 'config.json', `${JSON.stringify(config, null, 2)}\n`);
}

/** @throws FSAE_TRAINING_OUTPUT when the folder cannot be made or written */
export async function writeRunFile(runFolder: string, name: string, content: string | Uint8Array): Promise<string> {
  const path = resolve(runFolder, name);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  } catch (error) {
    throw fsaeError(
      'FSAE_TRAINING_OUTPUT',
      { path, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
  return path;
}

/** Names a run in the pictures it makes: two runs of one name but other settings are two. */
export function runIdOf(config: ResolvedConfig): string {
  return `${config.name}-${createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 8)}`;
}
