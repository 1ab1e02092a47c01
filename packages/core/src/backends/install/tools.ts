import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fsaeError } from '../../errors/catalogue.js';
import { probe } from './execute.js';

/** The programs that an installation runs. */
export interface Tools {
  readonly python: string;
  readonly compiler: string;
  /** Folder that holds node_api.h. */
  readonly headers: string;
  readonly packageManager: 'npm' | 'pnpm' | 'yarn';
}

interface Missing {
  readonly tool: string;
  readonly how: string;
}

/** Bytes that are needed on the project's disk while it installs. */
const NEEDED = { cpu: 2e9, gpu: 12e9 };

/**
 * Looks for everything that the installation needs before it changes anything.
 *
 * @throws FSAE_BACKEND_INSTALL_PLATFORM, FSAE_BACKEND_INSTALL_PROJECT, FSAE_BACKEND_INSTALL_TOOLS (all that is missing at once)
 */
export async function findTools(project: string, gpu: boolean): Promise<Tools> {
  const { platform, arch } = process;
  if (platform !== 'linux' || (gpu && arch !== 'x64'))
    throw fsaeError('FSAE_BACKEND_INSTALL_PLATFORM', { platform, arch, gpu });
  if (!existsSync(join(project, 'package.json'))) throw fsaeError('FSAE_BACKEND_INSTALL_PROJECT', { folder: project });

  const python = await firstThat([process.env['PYTHON'], 'python3', 'python'], (name) =>
    probe(name, '-c', 'import sys, zipfile; assert sys.version_info >= (3, 9)'),
  );
  const pip = python === undefined ? undefined : await probe(python, '-m', 'pip', '--version');
  const compiler = await firstThat([process.env['CXX'], 'g++', 'clang++', 'c++'], (name) => probe(name, '--version'));
  const headers = nodeHeaders();
  const packageManager = packageManagerOf(project);
  const manager = await probe(packageManager, '--version');
  const { bavail, bsize } = await statfs(project);
  const [free, needed] = [bavail * bsize, gpu ? NEEDED.gpu : NEEDED.cpu];

  const missing: Missing[] = [];
  const need = (there: boolean, tool: string, how: string) => there || missing.push({ tool, how });
  need(python !== undefined, 'Python 3.9 or newer', 'apt install python3 python3-pip, or set PYTHON to one');
  need(python === undefined || pip !== undefined, 'pip', `apt install python3-pip, or ${python} -m ensurepip`);
  need(compiler !== undefined, 'a C++17 compiler', 'apt install g++, or set CXX to one');
  need(
    headers !== undefined,
    'the headers of Node.js (node_api.h)',
    'npm i --no-save node-api-headers, or set NODEDIR to a folder with include/node',
  );
  need(manager !== undefined, packageManager, `install it: the project has its lock file`);
  need(free >= needed, `${gigabytes(needed)} of free disk`, `make room: ${gigabytes(free)} are free in ${project}`);
  if (missing.length > 0) throw fsaeError('FSAE_BACKEND_INSTALL_TOOLS', { missing });
  return { python: python as string, compiler: compiler as string, headers: headers as string, packageManager };

  /** The running Node.js's own headers, or those of the stable interface from npm: the addon uses no other. */
  function nodeHeaders(): string | undefined {
    const prefix = dirname(dirname(process.execPath));
    return [
      ...(process.env['NODEDIR'] === undefined ? [] : [join(process.env['NODEDIR'], 'include', 'node')]),
      join(prefix, 'include', 'node'),
      '/usr/include/node',
      join(project, 'node_modules', 'node-api-headers', 'include'),
    ].find((folder) => existsSync(join(folder, 'node_api.h')));
  }
}

export function packageManagerOf(project: string): Tools['packageManager'] {
  if (existsSync(join(project, 'pnpm-lock.yaml'))) return 'pnpm';
  return existsSync(join(project, 'yarn.lock')) ? 'yarn' : 'npm';
}

async function firstThat(
  names: readonly (string | undefined)[],
  works: (name: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (const name of names) if (name !== undefined && (await works(name)) !== undefined) return name;
  return undefined;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
