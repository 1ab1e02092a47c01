// Runs the tests of films with the adapter node-av, which no package of ours depends on: node scripts/verify-node-av.mjs
// [--keep]. Installs node-av (210 MB, from npm) in a temporary project; needs ffmpeg and ffprobe on PATH.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { peerDependencies } = (await import('../packages/media/package.json', { with: { type: 'json' } })).default;
const project = mkdtempSync(join(tmpdir(), 'fsae-node-av-'));
writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true }));

const run = (command, list, options) => spawnSync(command, list, { stdio: 'inherit', ...options }).status ?? 1;
// Its install script would fetch a command line program that is not used.
const env = { ...process.env, SKIP_FFMPEG: 'true' };
let status = run('npm', ['install', '--no-audit', '--no-fund', `node-av@${peerDependencies['node-av']}`], {
  cwd: project,
  env,
});
if (status === 0) {
  const tests = ['vitest', 'run', '--project', '@fsae/media', 'packages/media/test/video', '-t', 'node-av'];
  status = run('npx', tests, { cwd: root, env: { ...process.env, NODE_AV_PROJECT: project } });
}
if (!process.argv.includes('--keep')) rmSync(project, { recursive: true, force: true });
process.exitCode = status;
