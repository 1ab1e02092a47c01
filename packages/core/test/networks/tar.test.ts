import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createGunzip, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readTar } from '../../src/networks/tar.js';

// Written by Python's tarfile: scripts/fixtures/tar.py
const file = fileURLToPath(new URL('fixtures/package.tar.gz', import.meta.url));

async function* inPieces(bytes: Uint8Array, length: number): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

test('every file of an archive, by paths of every kind', async () => {
  const files = await readTar(createReadStream(file).pipe(createGunzip()), () => true);
  expect([...files.keys()]).toEqual([
    'package/package.json',
    'package/models/tiny.bin',
    'package/models/empty.bin',
    `package/${'deep/'.repeat(24)}ustar.txt`,
    `package/${'long'.repeat(40)}.txt`,
    'package/grüße.txt',
  ]);
  expect(files.get('package/models/tiny.bin')).toEqual(Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256)));
  expect(files.get('package/models/empty.bin')).toHaveLength(0);
  expect([...files.values()].slice(3).map(String)).toEqual(['prefix', 'pax', 'unicode']);
});

test('pieces of any length, and only what is wanted', async () => {
  const bytes = gunzipSync(await readFile(file));
  for (const length of [1, 100, 511, 513, bytes.length]) {
    const files = await readTar(inPieces(bytes, length), (path) => path.endsWith('tiny.bin'));
    expect([...files].map(([path, { length }]) => [path, length])).toEqual([['package/models/tiny.bin', 512]]);
  }
});

test('an archive that is cut off is refused', async () => {
  const bytes = gunzipSync(await readFile(file)).subarray(0, 512 + 512 + 1024 + 100);
  await expect(readTar(inPieces(bytes, 64), () => true)).rejects.toThrow('cut off');
});
