// Installs tfjs-node and tfjs-node-gpu on a current TensorFlow in a temporary project, as a user would, and runs core's
// backend tests on each: node scripts/verify-tfjs-node.mjs [--keep] [--without-gpu]. Needs `pnpm build`, Python with pip
// and a C++ compiler; downloads about 300 MB, with the GPU package about 4 GB.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const fsae = join(root, 'packages', 'core', 'bin', 'fsae.js');
const variants = process.argv.includes('--without-gpu') ? [[]] : [[], ['--gpu']];
const results = [];

for (const flags of variants) {
  const project = mkdtempSync(join(tmpdir(), 'fsae-tfjs-node-'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true }));
  const run = (what, command, list, options) => {
    const { status } = spawnSync(command, list, { stdio: 'inherit', ...options });
    results.push([`${['tfjs-node', ...flags].join(' ')}: ${what}`, status === 0]);
    return status === 0;
  };
  const cli = (action) => [fsae, 'backend', action, 'tfjs-node', ...flags];
  if (run('install', process.execPath, cli('install'), { cwd: project })) {
    run('install again', process.execPath, cli('install'), { cwd: project });
    const env = { ...process.env, FSAE_TFJS_NODE_PROJECT: project, FSAE_TFJS_NODE_GPU: flags.length === 0 ? '' : '1' };
    const tests = ['vitest', 'run', '--project', '@fsae/core', 'packages/core/test/backends'];
    run('gradients, optimizer, self-test', 'npx', tests, { cwd: root, env });
    run('remove', process.execPath, cli('remove'), { cwd: project });
  }
  if (!process.argv.includes('--keep')) rmSync(project, { recursive: true, force: true });
}

for (const [what, passed] of results) console.log(`${passed ? 'passed' : 'FAILED'}  ${what}`);
const failed = results.filter(([, passed]) => !passed).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
