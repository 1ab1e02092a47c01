// Set-up shared by the root commands: on a fresh clone it installs and builds, otherwise only what is out of date.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Runs a command in the workspace; ends this process with its status when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** pnpm of the pinned version through npx: a fresh machine has npm only. */
export function pnpm(...args) {
  run('npx', ['-y', packageManager, ...args]);
}

export function install() {
  const stamp = join(root, 'node_modules', '.fsae-installed');
  const wanted = hashOf([join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml')]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing ...');
  pnpm('install', '--frozen-lockfile', '--reporter=append-only');
  writeFileSync(stamp, wanted);
}

/** Builds every package whose sources are not those of its last build. */
export function build() {
  const names = readdirSync(join(root, 'packages')).filter((name) => existsSync(join(root, 'packages', name, 'src')));
  const stale = names.filter((name) => {
    const stamp = join(root, 'packages', name, 'dist', '.fsae-built');
    return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== sourcesOf(name);
  });
  if (stale.length === 0) return;
  console.log(`Building ${stale.join(', ')} ...`);
  pnpm('--reporter=append-only', '-r', ...stale.flatMap((name) => ['--filter', `./packages/${name}`]), 'run', 'build');
  for (const name of stale) writeFileSync(join(root, 'packages', name, 'dist', '.fsae-built'), sourcesOf(name));
}

function sourcesOf(name) {
  const folder = join(root, 'packages', name);
  const files = readdirSync(join(folder, 'src'), { recursive: true })
    .map((file) => join(folder, 'src', String(file)))
    .filter((file) => statSync(file).isFile())
    .sort();
  return hashOf([join(folder, 'package.json'), join(folder, 'tsdown.config.ts'), ...files]);
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}
