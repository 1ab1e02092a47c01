import { execFile } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, TINY } from './fsae.js';

// What a stranger does: tarballs as the registry would serve them, plain npm, an empty project outside the workspace.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = ['core', 'avatars', 'loss-adversarial'] as const;
const MINUTE = 60_000;

function run(command: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const shell = process.platform === 'win32';
    execFile(command, [...args], { cwd, shell, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}

async function must(command: string, args: readonly string[], cwd: string): Promise<Outcome> {
  const outcome = await run(command, args, cwd);
  if (outcome.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${outcome.stdout}\n${outcome.stderr}`);
  return outcome;
}

const install = (cwd: string, ...what: string[]) => run('npm', ['i', '--no-audit', '--no-fund', ...what], cwd);

async function emptyProject(folder: string, name: string): Promise<string> {
  const project = join(folder, name);
  await mkdir(project);
  await writeFile(join(project, 'package.json'), JSON.stringify({ name, private: true, version: '0.0.0' }));
  return project;
}

const registry = await run('npm', ['ping'], tmpdir());
const reachable = registry.status === 0;
if (!reachable) console.warn(`Skipped: npm's registry does not answer, and npm installs from it.\n${registry.stderr}`);

describe.skipIf(!reachable)('the packed packages, installed by npm into an empty project', () => {
  let folder = '';
  const tarballs: Record<string, string> = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fsae-packed-'));
    const { packageManager } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    for (const name of PACKAGES) {
      const into = join(folder, `tarball-${name}`);
      await must('npx', ['-y', packageManager, 'pack', '--pack-destination', into], join(ROOT, 'packages', name));
      tarballs[name] = join(into, (await readdir(into))[0] ?? '');
    }
  }, 3 * MINUTE);

  afterAll(() => rm(folder, { recursive: true, force: true }), MINUTE);

  test('the adversarial loss is selected by one line of a JSON config and trains five steps', {
    timeout: 8 * MINUTE,
  }, async () => {
    const project = await emptyProject(folder, 'stranger');
    const installed = await install(project, ...Object.values(tarballs), '@tensorflow/tfjs@~4.22.0');
    expect(installed.status, installed.stderr).toBe(0);
    for (const name of PACKAGES) {
      const at = join(project, 'node_modules/@fsae', name);
      expect((await lstat(at)).isSymbolicLink(), name).toBe(false);
    }

    const config = { ...TINY, losses: { l1: 1, adversarial: 0.1 }, train: { ...TINY.train, steps: 5 } };
    await writeFile(join(project, 'fsae.config.json'), JSON.stringify(config));
    const trained = await run('npx', ['fsae', 'train'], project);
    expect(trained.stderr).not.toContain('FSAE_');
    expect(trained.status, trained.stderr).toBe(0);

    const checkpoint = join(project, 'runs/default/checkpoints/step-000005');
    expect(await readdir(join(checkpoint, 'losses'))).toContain('adversarial.safetensors');
    const { plugins } = JSON.parse(await readFile(join(project, 'runs/default/config.json'), 'utf8'));
    expect(plugins).toContainEqual(expect.objectContaining({ name: '@fsae/loss-adversarial', version: '0.1.0' }));

    const onward = await run('npx', ['fsae', 'train', '--steps', '10'], project);
    expect(onward.stdout).toContain('Step 10 saved');

    // Steps 1 and 10 are logged.
    const lines = (await readFile(join(project, 'runs/default/metrics.jsonl'), 'utf8')).trim().split('\n');
    const [first, last] = lines.map((line) => JSON.parse(line));
    expect([first.step, last.step]).toEqual([1, 10]);
    for (const metrics of [first, last]) {
      // The discriminator is fresh: it cannot be far from log 2.
      expect(metrics['adversarial/cross-entropy']).toBeGreaterThan(0.3);
      expect(metrics['adversarial/cross-entropy']).toBeLessThan(1.4);
      expect(metrics['adversarial/adversary']).toBeGreaterThan(0.3);
      expect(metrics['adversarial/accuracy']).toBeLessThanOrEqual(1);
      expect(metrics['adversarial/bits']).toBeGreaterThanOrEqual(0);
    }
    // Warm-up: the encoder's term is 0 at step 1 and has begun at step 10.
    expect(first['loss/adversarial']).toBe(0);
    expect(last['loss/adversarial']).toBeGreaterThan(0);
  });

  test('a plugin for another core: npm refuses to install it, and a forced one is refused by its API', {
    timeout: 8 * MINUTE,
  }, async () => {
    const unpacked = await mkdtemp(join(folder, 'next-'));
    await must('tar', ['-xzf', tarballs['loss-adversarial'] ?? '', '-C', unpacked], folder);
    const manifest = join(unpacked, 'package/package.json');
    const next = JSON.parse(await readFile(manifest, 'utf8'));
    next.version = '2.0.0';
    next.peerDependencies['@fsae/core'] = '>=2 <3';
    await writeFile(manifest, JSON.stringify(next));
    const entry = join(unpacked, 'package/dist/index.js');
    const code = await readFile(entry, 'utf8');
    expect(code).toContain('api: 1');
    await writeFile(entry, code.replace('api: 1', 'api: 2'));
    const tarball = join(folder, 'next.tgz');
    await must('tar', ['-czf', tarball, '-C', unpacked, 'package'], folder);

    const project = await emptyProject(folder, 'mismatch');
    const others = [tarballs['core'] ?? '', tarballs['avatars'] ?? '', '@tensorflow/tfjs@~4.22.0'];
    const refused = await install(project, ...others, tarball);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('ERESOLVE');
    expect(refused.stderr).toMatch(/peer @fsae\/core@">=2 <3"/);

    const forced = await install(project, '--legacy-peer-deps', ...others, tarball);
    expect(forced.status, forced.stderr).toBe(0);
    await writeFile(
      join(project, 'fsae.config.json'),
      JSON.stringify({ ...TINY, losses: { l1: 1, adversarial: 0.1 } }),
    );
    const trained = await run('npx', ['fsae', 'train'], project);
    expect(trained.status).toBe(1);
    expect(trained.stderr).toContain('FSAE_PLUGIN_API');
    expect(trained.stderr).toContain('"@fsae/loss-adversarial" 2.0.0 was built for plugin API 2');
    expect(await readdir(project)).not.toContain('runs');
  });
});
