import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built command, as `npx fsae` would start it. */
const BIN = fileURLToPath(new URL('../packages/core/bin/fsae.js', import.meta.url));

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

// A package manager's launcher of the tests puts its own store on NODE_PATH: programs started here would find packages
// that nobody installed for them.
const { NODE_PATH: _, ...ENVIRONMENT } = process.env;

/** Runs a program to its end. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    // npm and npx are batch files on Windows.
    const shell = process.platform === 'win32' && command !== process.execPath;
    const options = { cwd, shell, env: { ...ENVIRONMENT, ...env }, maxBuffer: 64 * 2 ** 20 };
    execFile(command, [...args], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ status, stdout, stderr });
    });
  });
}

/** Runs `fsae ...args` in a folder. */
export function fsae(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return run(process.execPath, [BIN, ...args], cwd, env);
}

/** A folder of its own, removed afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fsae-test-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two synthetic people, a network of a few thousand weights, the backend that is always there. */
export const TINY = {
  identities: {
    ada: { use: 'avatars', person: 1, count: 12 },
    ben: { use: 'avatars', person: 2, count: 12 },
  },
  size: 16,
  model: {
    encoder: { use: 'conv', channels: 3, stages: 1 },
    bottleneck: { use: 'dense', units: 6 },
    decoder: { use: 'pixel-shuffle', channels: 4 },
  },
  losses: { l1: 1 },
  data: { heldOut: 0.25 },
  train: { steps: 3, batchSize: 2 },
  backend: 'cpu',
};
