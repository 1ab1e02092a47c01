import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { run } from '../../src/cli/commands/models.js';
import { networks } from '../../src/networks/catalogue.js';
import { parseSource } from '../../src/networks/source.js';
import { folderOfTest, writePixels } from './tiny.js';

/** What a command prints and the status it ends with, in a project and with a cache of its own. */
async function command(cwd: string, positionals: readonly unknown[], options = {}) {
  vi.stubEnv('XDG_CACHE_HOME', join(cwd, 'cache'));
  vi.stubEnv('LOCALAPPDATA', join(cwd, 'cache'));
  vi.stubEnv('HOME', cwd);
  const printed: string[] = [];
  const say = (message: string) => void printed.push(message);
  const session = {
    cwd,
    debug: false,
    logger: { info: say, warn: say },
    print: say,
    signal: new AbortController().signal,
  };
  try {
    return { status: await run(positionals, options, session), text: printed.join('\n') };
  } finally {
    vi.unstubAllEnvs();
  }
}

test('list: every network with its licence and source', async () => {
  const { status, text } = await command(await folderOfTest(), []);
  expect(status).toBe(0);
  for (const [name, { licence, source }] of Object.entries(networks)) {
    expect(text).toMatch(new RegExp(`${name}.*${licence.replace(/[-.]/g, '\\$&')}`));
    expect(text).toContain(source);
  }
  const json = await command(await folderOfTest(), ['list'], { json: true });
  expect(JSON.parse(json.text)).toHaveLength(Object.keys(networks).length);
});

test('add asks for a name, an unknown action is named', async () => {
  const root = await folderOfTest();
  await expect(command(root, ['add', []])).rejects.toThrow(expect.objectContaining({ code: 'FSAE_CLI_INPUTS' }));
  await expect(command(root, ['chek'])).rejects.toThrow('did you mean "check"');
  await expect(command(root, ['add', ['mobilefacnet']])).rejects.toThrow('Did you mean "mobilefacenet"?');
});

test('check: nothing there, all well, one damaged', async () => {
  const root = await folderOfTest();
  expect(await command(root, ['check'])).toEqual({ status: 0, text: 'No network is stored.' });
  const folder = join(root, '.fsae/models/mine');
  await mkdir(folder, { recursive: true });
  await writePixels(folder);
  const record = { source: 'npm:nets@1.0.0/pixels.json', manifest: 'pixels.json', sha256: '0'.repeat(64) };
  await writeFile(join(folder, 'source.json'), JSON.stringify(record));
  const damaged = await command(root, ['check']);
  expect(damaged.status).toBe(1);
  const sha256 = /Received: ([0-9a-f]{64})/.exec(damaged.text)?.[1];
  await writeFile(join(folder, 'source.json'), JSON.stringify({ ...record, sha256 }));
  expect(await command(root, ['check'])).toMatchObject({ status: 0, text: expect.stringContaining('as it should be') });
});

test('the catalogue fixes versions and hashes', () => {
  for (const [name, { source, sha256 }] of Object.entries(networks)) {
    expect(parseSource(name)).toMatchObject({ kind: 'npm', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(source).toMatch(/^npm:@/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});
