import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openStamp } from '../../src/provenance/index.js';
import { videoAdapter } from '../../src/video/index.js';
import { avatarFrames, decode, folder, makeFilm, programs, soundHash } from '../video/films.js';
import { signing } from './certificates.js';

const exiftool = spawnSync('exiftool', ['-ver']).status === 0;
if (!exiftool) console.warn('Tests of what exiftool reads are skipped: no exiftool on PATH.');

/** Kind, identifier where it is a uuid, and content of every box at the top of a file. */
function boxes(file: string): { kind: string; id: string; content: Buffer }[] {
  const bytes = readFileSync(file);
  const found = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const [kind, end] = [bytes.toString('latin1', at + 4, at + 8), at + bytes.readUInt32BE(at)];
    const from = kind === 'uuid' ? at + 24 : at + 8;
    found.push({
      kind,
      id: kind === 'uuid' ? bytes.toString('hex', at + 8, at + 24) : '',
      content: bytes.subarray(from, end),
    });
  }
  return found;
}

/** Copies a film as a swap does, stamped before it gets its name. */
async function stamped(ending: string, signed: boolean) {
  const made = await folder();
  const [source, result] = [join(made, `source${ending}`), join(made, `result${ending}`)];
  await makeFilm(source, await avatarFrames(8, 64));
  const stamp = await openStamp({ runId: 'play-1a2b', warn: vi.fn(), ...(signed && { signing }) });
  const adapter = await videoAdapter({ beforePublish: (file) => stamp.film(file) });
  const reader = await adapter.open(source);
  const writer = await adapter.create(result, { info: reader.info, audioFrom: source });
  for await (const { picture } of reader.frames()) await writer.write(picture);
  await writer.finish();
  expect(readdirSync(made).sort()).toEqual([`result${ending}`, `source${ending}`]);
  return { source, result };
}

const XMP = 'be7acfcb97a942e89c71999491e3afac';
const C2PA = 'd8fec3d61b0e483c92975828877ec481';

test.skipIf(typeof programs === 'string').each(['.mp4', '.mov', '.m4v'])(
  'a film %s carries XMP and plays as before',
  async (ending) => {
    const { source, result } = await stamped(ending, false);
    const xmp = boxes(result).filter(({ id }) => id === XMP);
    expect(xmp).toHaveLength(1);
    const text = xmp[0]!.content.toString('utf8');
    expect(text).toContain('digitalsourcetype/compositeWithTrainedAlgorithmicMedia');
    expect(text).toContain('fsae run play-1a2b');
    expect(await decode(result, 'null', 64 * 64 * 3)).toHaveLength(8);
    expect(await soundHash(result)).toBe(await soundHash(source));
  },
);

test.skipIf(typeof programs === 'string').each(['.mp4', '.mov'])(
  'a film %s that is signed carries both',
  async (ending) => {
    const { source, result } = await stamped(ending, true);
    const found = boxes(result);
    expect(
      found
        .map(({ id }) => id)
        .filter(Boolean)
        .sort(),
    ).toEqual([XMP, C2PA].sort());
    expect(found.find(({ id }) => id === C2PA)?.content.includes('c2pa.actions.v2')).toBe(true);
    expect(await decode(result, 'null', 64 * 64 * 3)).toHaveLength(8);
    expect(await soundHash(result)).toBe(await soundHash(source));
  },
);

test.skipIf(typeof programs === 'string' || !exiftool).each([
  ['.mp4', false],
  ['.mov', false],
  ['.mp4', true],
])('exiftool reads a film %s (signed: %s)', async (ending, signed) => {
  const { result } = await stamped(ending, signed);
  const { stdout } = spawnSync('exiftool', ['-j', '-G', '-XMP:all', result], { encoding: 'utf8' });
  expect(JSON.parse(stdout)[0]).toMatchObject({
    'XMP:DigitalSourceType': 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia',
    'XMP:Source': 'fsae run play-1a2b',
    'XMP:CreatorTool': 'fsae',
  });
});

test('what is no mp4 is left as it is', async () => {
  const file = join(await folder(), 'film.mp4');
  writeFileSync(file, 'not a film at all');
  const stamp = await openStamp({ runId: 'r', warn: vi.fn() });
  await expect(stamp.film(file)).rejects.toMatchObject({ code: 'FSAE_MEDIA_XMP' });
  expect(readFileSync(file, 'utf8')).toBe('not a film at all');
});
