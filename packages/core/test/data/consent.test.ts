import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CheckpointStore } from '../../src/checkpoint/store.js';
import { collectConsent, readConsent, writeConsent } from '../../src/data/consent.js';
import { train } from '../../src/run/train.js';
import { registryOf, tinyConfig } from '../tiny.js';
import { folderOf, openFolder, png } from './folder-of.js';

const consent = { person: 'Ada Example', purpose: 'a face swap for the school play', until: '2027-12-31' };
const text = JSON.stringify(consent);
const day = (date: string) => new Date(`${date}T12:00:00Z`).getTime();
const silent = { info() {}, warn() {} };

const pictures = async () => ({ 'a.png': await png('#c08060'), 'b.png': await png('#806040') });

test('a consent that is written is read again', async () => {
  const folder = join(await folderOf({}), 'new', 'src');
  const file = await writeConsent(folder, { ...consent, given: '2026-11-01', evidence: 'form 12' });
  expect(file).toBe(join(folder, 'consent.json'));
  expect(await readConsent(file)).toEqual({ ...consent, given: '2026-11-01', evidence: 'form 12' });
});

test.each([
  ['no JSON', '{', 'JSON'],
  ['a list', '[]', 'person'],
  ['no person', JSON.stringify({ ...consent, person: ' ' }), 'person'],
  ['no end', JSON.stringify({ person: 'Ada', purpose: 'x' }), 'until'],
  ['a day that does not exist', JSON.stringify({ ...consent, until: '2027-02-31' }), 'until'],
  ['another form of day', JSON.stringify({ ...consent, until: '31.12.2027' }), 'until'],
  ['an end before the beginning', JSON.stringify({ ...consent, given: '2028-01-01' }), 'until'],
  ['an unknown key', JSON.stringify({ ...consent, pupose: 'x' }), 'pupose'],
])('%s is refused', async (_, content, named) => {
  const file = join(await folderOf({ 'consent.json': content }), 'consent.json');
  const error = await readConsent(file).catch((thrown) => thrown);
  expect(error.code).toBe('FSAE_DATA_CONSENT_INVALID');
  expect(error.message).toContain(named);
});

test('a file that is not there is refused', async () => {
  const missing = readConsent(join(await folderOf({}), 'consent.json'));
  await expect(missing).rejects.toMatchObject({ code: 'FSAE_DATA_CONSENT_INVALID' });
});

test("a folder's dataset knows its consent, and does not take the file for a stray", async () => {
  const { dataset, info, warnings } = openFolder(await folderOf({ ...(await pictures()), 'consent.json': text }));
  await dataset.prepare?.();
  expect(dataset.consent).toEqual(consent);
  expect([info, warnings]).toEqual([[], []]);
});

test('a folder whose consent cannot be read is not read at all', async () => {
  const { dataset } = openFolder(await folderOf({ ...(await pictures()), 'consent.json': '{}' }));
  await expect(dataset.prepare?.()).rejects.toMatchObject({ code: 'FSAE_DATA_CONSENT_INVALID' });
});

test('it holds up to the end of its last day, and an open one for ever', () => {
  const shown = [
    { name: 'ada', consent },
    { name: 'ben', consent: { ...consent, until: null } },
    { name: 'cleo', consent: 'synthetic' as const },
  ];
  const warnings: string[] = [];
  const at = (now: number, required: boolean) =>
    collectConsent(shown, { required, now, warn: (message) => warnings.push(message) });
  expect(at(new Date('2027-12-31T23:59:59Z').getTime(), true)).toEqual({
    ada: consent,
    ben: { ...consent, until: null },
    cleo: 'synthetic',
  });
  expect(warnings).toEqual([]);
  expect(() => at(new Date('2028-01-01T00:00:00Z').getTime(), true)).toThrow(
    expect.objectContaining({ code: 'FSAE_DATA_CONSENT_EXPIRED' }),
  );
  at(day('2028-01-01'), false);
  expect(warnings).toEqual(['What Ada Example (identity "ada") agreed to ended on 2027-12-31.']);
});

test('nobody who was asked, nothing to keep; a real person who was not is refused when it is required', () => {
  const nobody = [{ name: 'cleo', consent: 'synthetic' as const }];
  const stranger = [...nobody, { name: 'dan', consent: undefined }];
  const options = { now: day('2026-12-01'), warn() {} };
  expect(collectConsent(nobody, { ...options, required: true })).toBeUndefined();
  expect(collectConsent(stranger, { ...options, required: false })).toBeUndefined();
  expect(() => collectConsent(stranger, { ...options, required: true })).toThrow(/"dan"/);
});

test('training writes it into every checkpoint, and refuses to begin without it where it is required', async () => {
  const root = await folderOf({
    ...Object.fromEntries(Object.entries(await pictures()).map(([name, bytes]) => [`ada/${name}`, bytes])),
    'ada/consent.json': text,
  });
  const identities = {
    ada: { use: 'folder', options: { path: 'ada', groups: 'none' } },
    ben: { use: 'avatars', options: { person: 2, count: 4, seed: 1 } },
  };
  const losses = { l1: { use: 'l1', weight: 1, options: { mask: false } } };
  const started = (required: boolean, date: string) =>
    train(
      {
        config: tinyConfig(2, {
          identities,
          losses,
          data: { ...tinyConfig().data, heldOut: 0.5 },
          train: { ...tinyConfig().train, steps: 1, batchSize: 1 },
          requireConsent: required,
        }),
        registry: registryOf(),
        root,
      },
      { logger: silent, signal: new AbortController().signal, clock: { now: () => day(date) } },
    );

  await expect(started(true, '2028-06-01')).rejects.toMatchObject({ code: 'FSAE_DATA_CONSENT_EXPIRED' });
  const { runFolder } = await started(true, '2026-12-01');
  const folder = join(runFolder, 'checkpoints');
  const checkpoint = await new CheckpointStore({ folder, keep: 1, logger: silent, clock: Date }).latest();
  expect(checkpoint?.consent).toEqual({ ada: consent, ben: 'synthetic' });
  const manifest = JSON.parse(readFileSync(join(checkpoint!.path, 'manifest.json'), 'utf8'));
  expect(manifest.consent.ada.person).toBe('Ada Example');
});
