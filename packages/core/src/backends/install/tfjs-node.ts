import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { Logger } from '../../contracts/index.js';
import { fsaeError } from '../../errors/catalogue.js';
import { findPackage } from '../one-tfjs.js';
import { compileAddon } from './addon.js';
import { execute } from './execute.js';
import { findTools, packageManagerOf, type Tools } from './tools.js';
import { type Verified, verify } from './verify.js';
import { layOutTensorFlow } from './wheel.js';

/** The newest TensorFlow that tfjs-node 4.22 was built and tested with. */
export const TENSORFLOW = '2.21.0';

export interface InstallOptions {
  /** Folder with the package.json to add the package to. */
  readonly project: string;
  readonly gpu: boolean;
  /** Version of TensorFlow. Defaults to TENSORFLOW. */
  readonly tensorflow?: string;
}

/** Written beside the package, so that an installation can be recognised, repeated and undone. */
interface Record {
  readonly tensorflow: string;
  /** Whether the package was added to the project, too. */
  readonly added: boolean;
}
const RECORD = 'fsae-install.json';

/**
 * Makes @tensorflow/tfjs-node or -gpu work on a current TensorFlow: adds the package without its install script (which
 * fetches a build of 2022 from hosts that are not registries), takes libtensorflow from PyPI's wheel, compiles the addon,
 * and checks a gradient. Everything is prepared beside the package and moved into place at the end; on failure the
 * project is as it was.
 *
 * @throws FSAE_BACKEND_INSTALL_PLATFORM, _PROJECT, _TOOLS before anything is changed; _STEP afterwards
 */
export async function installTfjsNode(options: InstallOptions, logger: Logger): Promise<Verified> {
  const { project, gpu, tensorflow = TENSORFLOW } = options;
  const name = packageName(gpu);
  const tools = await findTools(project, gpu);
  const before = await locate(project, name);
  if (before?.record?.tensorflow === tensorflow) {
    logger.info(`${name} is installed on TensorFlow ${tensorflow} already; checking it`);
    return verify(before.folder);
  }
  if (before === undefined) await addPackage(tools, project, name, logger);
  const { folder } = (await locate(project, name)) as Located;
  const added = before === undefined || before.record?.added === true;
  const staging = join(folder, '.fsae-install');
  try {
    await rm(staging, { recursive: true, force: true });
    const [work, deps, lib] = ['work', 'deps', 'lib'].map((part) => join(staging, part)) as [string, string, string];
    await mkdir(work, { recursive: true });
    logger.info(`downloading TensorFlow ${tensorflow} (${gpu ? 'about 3 GB with CUDA' : 'about 300 MB'})`);
    await layOutTensorFlow(tools, { work, deps, version: tensorflow, gpu });
    logger.info('compiling the addon');
    await compileAddon(tools, folder, deps, join(lib, 'napi-v8'));
    return await exchange(folder, staging, { tensorflow, added });
  } catch (error) {
    if (before === undefined) await removePackage(tools.packageManager, project, name);
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Undoes installTfjsNode: its libraries go, and the package too if it was not there before.
 *
 * @throws FSAE_BACKEND_INSTALL_NONE when there is nothing to undo
 */
export async function removeTfjsNode({ project, gpu }: Omit<InstallOptions, 'tensorflow'>): Promise<void> {
  const name = packageName(gpu);
  const located = await locate(project, name);
  if (located?.record === undefined) throw fsaeError('FSAE_BACKEND_INSTALL_NONE', { name, project });
  const { folder, record } = located;
  for (const part of ['deps', join('lib', 'napi-v8'), RECORD])
    await rm(join(folder, part), { recursive: true, force: true });
  if (record.added) await removePackage(packageManagerOf(project), project, name);
}

/** Moves the prepared parts into place and checks them there; what was there comes back if the check fails. */
async function exchange(folder: string, staging: string, record: Record): Promise<Verified> {
  const parts = ['deps', 'lib'];
  const kept = parts.filter((part) => existsSync(join(folder, part)));
  const old = join(staging, 'old');
  await mkdir(old);
  for (const part of kept) await rename(join(folder, part), join(old, part));
  for (const part of parts) await rename(join(staging, part), join(folder, part));
  try {
    const verified = await verify(folder);
    await writeFile(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
    return verified;
  } catch (error) {
    for (const part of parts) await rm(join(folder, part), { recursive: true, force: true });
    for (const part of kept) await rename(join(old, part), join(folder, part));
    throw error;
  }
}

interface Located {
  readonly folder: string;
  readonly record: Record | undefined;
}

async function locate(project: string, name: string): Promise<Located | undefined> {
  const found = findPackage(name, join(project, 'package.json'));
  if (found === undefined) return undefined;
  const file = join(found.folder, RECORD);
  const record = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Record) : undefined;
  return { folder: found.folder, record };
}

/** As an optional dependency: a later `npm ci` elsewhere goes on where the package's own install script fails. */
async function addPackage({ packageManager }: Tools, project: string, name: string, logger: Logger): Promise<void> {
  logger.info(`adding ${name}@${tf.version_core} to ${join(project, 'package.json')}`);
  const wanted = `${name}@${tf.version_core}`;
  const lists = {
    npm: ['install', '--save-optional', '--ignore-scripts', '--no-audit', '--no-fund', wanted],
    pnpm: ['add', '--save-optional', '--ignore-scripts', wanted],
    yarn: ['add', '--optional', '--ignore-scripts', wanted],
  };
  await execute({ step: `adding ${name}`, command: packageManager, arguments: lists[packageManager], cwd: project });
}

async function removePackage(packageManager: Tools['packageManager'], project: string, name: string): Promise<void> {
  const verb = packageManager === 'npm' ? ['uninstall', '--ignore-scripts', '--no-audit', '--no-fund'] : ['remove'];
  await execute({ step: `removing ${name}`, command: packageManager, arguments: [...verb, name], cwd: project });
}

function packageName(gpu: boolean): string {
  return gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
}
