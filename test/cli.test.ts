import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fsae, inFolder, TINY } from './fsae.js';

const configure = (folder: string, config: object = TINY) =>
  writeFile(join(folder, 'fsae.config.json'), JSON.stringify(config));

describe('from a config to a swapped face', () => {
  test('avatars, init, train, evaluate, preview, swap, inspect', { timeout: 180_000 }, () =>
    inFolder(async (folder) => {
      const avatars = await fsae(folder, [
        'avatars',
        '--out',
        'faces',
        '--people',
        '2',
        '--count',
        '12',
        '--size',
        '16',
      ]);
      expect(avatars).toMatchObject({ status: 0 });
      expect((await readdir(join(folder, 'faces'))).sort()).toEqual(['ada', 'ben']);

      const init = await fsae(folder, ['init', '--format', 'json', '--from', 'faces/ada', '--to', 'faces/ben']);
      expect(init).toMatchObject({ status: 0 });
      const written = JSON.parse(await readFile(join(folder, 'fsae.config.json'), 'utf8'));
      expect(written.identities).toEqual({ src: 'faces/ada', dst: 'faces/ben' });
      await configure(folder, { ...TINY, identities: written.identities });

      const train = await fsae(folder, ['train']);
      expect(train.stderr).not.toMatch(/FSAE_|Error/);
      expect(train).toMatchObject({ status: 0 });
      const run = join(folder, 'runs/default');
      expect((await readdir(join(run, 'checkpoints'))).sort()).toEqual(['latest', 'step-000003']);
      const files = await readdir(run);
      for (const name of ['config.json', 'metrics.jsonl', 'timings.jsonl', 'previews']) expect(files).toContain(name);

      const again = await fsae(folder, ['train', '--steps', '5']);
      expect(again.stdout).toContain('Step 5 saved');

      const evaluate = await fsae(folder, ['evaluate', '--json']);
      const { step, rows } = JSON.parse(evaluate.stdout);
      expect(step).toBe(5);
      expect(rows.map((row: { metric: string }) => row.metric)).toContain('reconstruction.psnr');
      expect(JSON.parse(await readFile(join(run, 'evaluation.json'), 'utf8')).step).toBe(5);

      const preview = await fsae(folder, ['preview', 'runs/default', '--out', 'sheet.png']);
      expect(preview).toMatchObject({ status: 0 });
      expect((await stat(join(folder, 'sheet.png'))).size).toBeGreaterThan(1000);

      // From a checkpoint alone: the training faces are not needed any more.
      const swap = await fsae(folder, [
        'swap',
        '--run',
        'runs/default',
        '--from',
        'src',
        '--to',
        'dst',
        'faces/ada',
        '--out',
        'out',
      ]);
      expect(swap).toMatchObject({ status: 0 });
      expect(await readdir(join(folder, 'out'))).toHaveLength(12);

      // What the run was trained on is aligned; of anything else it has to be said, or faces are looked for.
      await rename(join(folder, 'faces/ada'), join(folder, 'elsewhere'));
      const flags = ['--run', 'runs/default', '--from', 'src', '--to', 'dst', '--out', 'again'];
      const aligned = await fsae(folder, ['swap', 'elsewhere', '--aligned', ...flags]);
      expect(aligned).toMatchObject({ status: 0 });
      expect(await readdir(join(folder, 'again'))).toHaveLength(12);

      const inspect = await fsae(folder, ['inspect', '--json']);
      expect(JSON.parse(inspect.stdout).accounting).toMatchObject({ elementsIn: 768, elementsOut: 6, cells: 1 });
    }),
  );

  test('Ctrl-C finishes the step, saves, exits 130; the same command goes on', { timeout: 120_000 }, () =>
    inFolder(async (folder) => {
      await configure(folder, { ...TINY, train: { ...TINY.train, steps: 100_000 } });
      const { spawn } = await import('node:child_process');
      const bin = new URL('../packages/core/bin/fsae.js', import.meta.url).pathname;
      const child = spawn(process.execPath, [bin, 'train'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.once('data', () => undefined);
      let seen = '';
      child.stdout.on('data', (chunk) => {
        const before = /step \d/.test(seen);
        seen += String(chunk);
        if (!before && /step \d/.test(seen)) child.kill('SIGINT');
      });
      const status = await new Promise((resolve) => child.on('exit', resolve));
      expect(status).toBe(130);
      const saved = Number(/Step (\d+) saved/.exec(seen)?.[1]);
      expect(saved).toBeGreaterThan(0);
      const onward = await fsae(folder, ['train', '--steps', String(saved + 2)]);
      expect(onward.stdout).toContain(`Step ${saved + 2} saved`);
    }),
  );
});

test('--help answers without loading what a run needs', async () => {
  const { status, stdout } = await fsae(process.cwd(), ['--help']);
  expect(status).toBe(0);
  for (const command of [
    'demo',
    'init',
    'extract',
    'train',
    'swap',
    'preview',
    'evaluate',
    'inspect',
    'doctor',
    'avatars',
  ]) {
    expect(stdout).toContain(command);
  }
});

test('doctor names every backend in full', { timeout: 120_000 }, async () => {
  const { status, stdout } = await fsae(process.cwd(), ['doctor']);
  expect(status).toBe(0);
  for (const name of ['tfjs-node-gpu', 'tfjs-node', 'onnx', 'wasm', 'cpu']) {
    expect(stdout).toMatch(new RegExp(`│ ${name} +│`));
  }
});

describe('bad input ends with its code, a reason and nothing lost', () => {
  /** Runs a command that must fail; returns what it printed. */
  async function refused(folder: string, args: readonly string[], code: string, env: Record<string, string> = {}) {
    const { status, stderr } = await fsae(folder, args, env);
    expect(stderr).toContain(code);
    expect(stderr).toContain('To do:');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(1);
    return stderr;
  }

  test.each([
    ['an unknown command', ['trian'], 'FSAE_CLI_COMMAND', 'fsae train'],
    ['an unknown option', ['train', '--stepz', '3'], 'FSAE_CLI_USAGE', 'stepz'],
    ['no config', ['train'], 'FSAE_CONFIG_NOT_FOUND', 'fsae init'],
    ['an extraction to nowhere', ['extract', 'photos'], 'FSAE_CLI_OPTION', '--out'],
    ['no run', ['evaluate', 'runs/none'], 'FSAE_EVALUATE_NO_CHECKPOINT', 'fsae train'],
  ])('%s', (_, args, code, hint) =>
    inFolder(async (folder) => {
      expect(await refused(folder, args, code)).toContain(hint);
    }),
  );

  test.each([
    ['an unknown key', { ...TINY, sise: 16 }, 'FSAE_CONFIG_INVALID', 'size'],
    ['a wrong type', { ...TINY, size: 'sixteen' }, 'FSAE_CONFIG_INVALID', 'sixteen'],
    ['an unknown loss', { ...TINY, losses: { l2: 1 } }, 'FSAE_PLUGIN_PART_MISSING', 'l2'],
    ['an unknown plugin', { ...TINY, plugins: ['fsae-nowhere'] }, 'FSAE_PLUGIN_', 'npm i fsae-nowhere'],
    ['a missing folder', { ...TINY, identities: { a: 'none', b: 'none' } }, 'FSAE_DATA_FOLDER_MISSING', 'none'],
    ['one identity', { ...TINY, identities: { a: { use: 'avatars' } } }, 'FSAE_CONFIG_INVALID', 'two'],
  ])('%s', (_, config, code, hint) =>
    inFolder(async (folder) => {
      await configure(folder, config);
      expect(await refused(folder, ['train'], code)).toContain(hint);
      expect(await readdir(folder)).toEqual(['fsae.config.json']);
    }),
  );

  test('a plugin of another api, and one that throws when it is imported', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'old.mjs'), "export default { name: 'old', api: 2, losses: {} };");
      await writeFile(join(folder, 'broken.mjs'), "throw new Error('out of order');");
      await configure(folder, { ...TINY, plugins: ['./old.mjs'] });
      expect(await refused(folder, ['train'], 'FSAE_PLUGIN_API')).toContain('2');
      await configure(folder, { ...TINY, plugins: ['./broken.mjs'] });
      expect(await refused(folder, ['train'], 'FSAE_PLUGIN_')).toContain('out of order');
    }));

  test('a checkpoint with one flipped byte is refused by name; the one before it is used', { timeout: 120_000 }, () =>
    inFolder(async (folder) => {
      await configure(folder, { ...TINY, train: { ...TINY.train, steps: 4 }, checkpoint: { every: 2, keep: 3 } });
      expect(await fsae(folder, ['train'])).toMatchObject({ status: 0 });
      const broken = join(folder, 'runs/default/checkpoints/step-000004/model.safetensors');
      const bytes = await readFile(broken);
      const last = bytes.length - 1;
      bytes[last] = (bytes[last] as number) ^ 1;
      await writeFile(broken, bytes);
      await refused(folder, ['evaluate', 'runs/default/checkpoints/step-000004'], 'FSAE_CHECKPOINT_');
      const onward = await fsae(folder, ['train', '--steps', '5']);
      expect(onward.stderr).toContain('step-000004');
      expect(onward.stdout).toContain('Step 5 saved');
    }),
  );

  test('a checkpoint of another model is not overwritten', { timeout: 120_000 }, () =>
    inFolder(async (folder) => {
      await configure(folder);
      expect(await fsae(folder, ['train'])).toMatchObject({ status: 0 });
      await configure(folder, { ...TINY, model: { ...TINY.model, bottleneck: { use: 'dense', units: 7 } } });
      expect(await refused(folder, ['train'], 'FSAE_CHECKPOINT_MISMATCH')).toContain('units');
      expect(await readdir(join(folder, 'runs/default/checkpoints'))).toContain('step-000003');
    }),
  );

  test('an output folder that cannot be written', () =>
    inFolder(async (folder) => {
      // A file where the folder should be: permissions alone do not stop root, who runs many a CI.
      await writeFile(join(folder, 'runs'), '');
      await configure(folder);
      await refused(folder, ['train'], 'FSAE_TRAINING_OUTPUT');
    }));

  test('NaN in a loss: the weights are kept, the loss is named, advice is given', { timeout: 120_000 }, () =>
    inFolder(async (folder) => {
      const plugin = `
        import * as tf from '${import.meta.resolve('@tensorflow/tfjs')}';
        const options = { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: {} }) } };
        const create = () => ({ compute: (step) => ({ value: tf.mean(tf.log(tf.sub(tf.mul(step.reconstruction('ada').image, 0), 1))) }) });
        export default { name: 'fsae-loss-nan', api: 1, losses: { nan: { options, create } } };`;
      await writeFile(join(folder, 'nan.mjs'), plugin);
      await configure(folder, {
        ...TINY,
        plugins: ['./nan.mjs'],
        losses: { l1: 1, nan: 1 },
        train: { ...TINY.train, steps: 50, nonFinitePatience: 4 },
      });
      const said = await refused(folder, ['train'], 'FSAE_TRAINING_DIVERGED');
      expect(said).toContain('"nan"');
      expect(said).toContain('learningRate');
    }),
  );

  test(
    'pictures that are none: text named .png, a truncated jpg, one pixel, an empty folder',
    { timeout: 120_000 },
    () =>
      inFolder(async (folder) => {
        const faces = await fsae(folder, [
          'avatars',
          '--out',
          'faces',
          '--people',
          '2',
          '--count',
          '6',
          '--size',
          '32',
        ]);
        expect(faces.status).toBe(0);
        const src = join(folder, 'faces/ada');
        await configure(folder, { ...TINY, identities: { src: 'faces/ada', dst: 'faces/ben' } });
        await writeFile(join(src, 'text.png'), 'no picture');
        expect(await refused(folder, ['train'], 'FSAE_DATA_')).toContain('text.png');
        await mkdir(join(folder, 'empty'));
        await configure(folder, { ...TINY, identities: { src: 'empty', dst: 'faces/ben' } });
        expect(await refused(folder, ['train'], 'FSAE_DATA_FOLDER_EMPTY')).toContain('empty');
        await chmod(join(folder, 'empty'), 0o755);
      }),
  );
});

test('--debug adds the stack trace', () =>
  inFolder(async (folder) => {
    const { stderr } = await fsae(folder, ['train', '--debug']);
    expect(stderr).toMatch(/^\s+at /m);
  }));
