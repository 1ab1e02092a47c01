import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, run, TINY } from './fsae.js';

// What a stranger does: tarballs as the registry would serve them, plain npm, an empty project outside the workspace.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = ['core', 'avatars', 'loss-adversarial', 'loss-arcface'] as const;
const MINUTE = 60_000;

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

  /** What `npm i @fsae/core @fsae/<loss> @tensorflow/tfjs` does once they are published. */
  async function installPacked(project: string, loss: (typeof PACKAGES)[number]): Promise<void> {
    const packed = ['core', 'avatars', loss];
    const installed = await install(project, ...packed.map((name) => tarballs[name] ?? ''), '@tensorflow/tfjs@~4.22.0');
    expect(installed.status, installed.stderr).toBe(0);
    for (const name of packed) {
      const at = join(project, 'node_modules/@fsae', name);
      expect((await lstat(at)).isSymbolicLink(), name).toBe(false);
    }
  }

  test('the adversarial loss is selected by one line of a JSON config and trains five steps', {
    timeout: 8 * MINUTE,
  }, async () => {
    const project = await emptyProject(folder, 'stranger');
    await installPacked(project, 'loss-adversarial');

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

  test('arcface is selected by one line of a JSON config, and of a TypeScript config that knows its options', {
    timeout: 8 * MINUTE,
  }, async () => {
    const project = await emptyProject(folder, 'recognised');
    await installPacked(project, 'loss-arcface');
    const arcface = { weight: 0.3, model: 'avatars' };
    const config = { ...TINY, size: 32, train: { ...TINY.train, steps: 3 } };

    await writeFile(join(project, 'fsae.config.json'), JSON.stringify({ ...config, losses: { l1: 1, arcface } }));
    const fromJson = await run('npx', ['fsae', 'train'], project);
    expect(fromJson.stderr).not.toContain('FSAE_');
    expect(fromJson.stdout).toContain('Step 3 saved');

    // The same in TypeScript, which nobody compiles: the run is the same one, number for number.
    await rm(join(project, 'fsae.config.json'));
    const typed = `import { defineConfig } from '@fsae/core';
import '@fsae/loss-arcface';
export default defineConfig({
  ...${JSON.stringify(config)},
  losses: { l1: 1, arcface: { weight: 0.3, model: 'avatars' } },
  name: 'typed',
});
`;
    await writeFile(join(project, 'fsae.config.ts'), typed);
    const fromTypescript = await run('npx', ['fsae', 'train'], project);
    expect(fromTypescript.stderr).not.toContain('FSAE_');
    expect(fromTypescript.stdout).toContain('Step 3 saved');
    const metrics = await readFile(join(project, 'runs/default/metrics.jsonl'), 'utf8');
    expect(await readFile(join(project, 'runs/typed/metrics.jsonl'), 'utf8')).toBe(metrics);
    const [first] = metrics.split('\n');
    const { 'loss/arcface': loss, 'arcface/cosine-to': cosine } = JSON.parse(first as string);
    expect(loss).toBeGreaterThan(0);
    expect(loss).toBeCloseTo(1 - cosine, 5);
    const { plugins } = JSON.parse(await readFile(join(project, 'runs/typed/config.json'), 'utf8'));
    expect(plugins).toContainEqual(expect.objectContaining({ name: '@fsae/loss-arcface', version: '0.1.0' }));

    // TypeScript knows the options by the package's merging: the right ones pass, a wrong one does not.
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const check = [tsc, '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', 'fsae.config.ts'];
    const right = await run(process.execPath, check, project);
    expect(right.stdout).toBe('');
    await writeFile(join(project, 'fsae.config.ts'), typed.replace("model: 'avatars'", 'model: 3'));
    const wrong = await run(process.execPath, check, project);
    expect(wrong.stdout).toMatch(/Type 'number' is not assignable to type 'string'/);
    await rm(join(project, 'fsae.config.ts'));

    // A loss whose package is not there.
    const absent = { ...config, losses: { l1: 1, lpips: 1 } };
    await writeFile(join(project, 'fsae.config.json'), JSON.stringify(absent));
    const missing = await run('npx', ['fsae', 'train'], project);
    expect(missing.status).toBe(1);
    expect(missing.stderr).toContain('FSAE_PLUGIN_PART_MISSING');
    expect(missing.stderr).toContain('npm i @fsae/loss-lpips');
    await writeFile(join(project, 'fsae.config.json'), JSON.stringify({ identities: TINY.identities, preset: 'wide' }));
    const unwritten = await run('npx', ['fsae', 'export', 'runs/default', '--from', 'ada', '--to', 'ben'], project);
    expect(unwritten.status).toBe(1);
    expect(unwritten.stderr).toContain('FSAE_PLUGIN_PART_MISSING');
    expect(unwritten.stderr).toContain('npm i @fsae/backend-onnx');
    const faceless = await run('npx', ['fsae', 'extract', 'photos', '--out', 'faces'], project);
    expect(faceless.status).toBe(1);
    expect(faceless.stderr).toContain('FSAE_CLI_MEDIA_MISSING');
    expect(faceless.stderr).toContain('npm i @fsae/media');
    const preset = await run('npx', ['fsae', 'train'], project);
    expect(preset.status).toBe(1);
    expect(preset.stderr).toContain('The preset "wide" needs it. Install it: npm i @fsae/loss-adversarial');
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
