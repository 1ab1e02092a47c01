import { JPEG, PNG } from '@trustnxt/c2pa-ts/asset';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import { ManifestStore } from '@trustnxt/c2pa-ts/manifest';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { openStamp, type StampOptions } from '../../src/provenance/index.js';
import type { PictureFormat } from '../../src/read/write.js';
import { signing } from './certificates.js';

const SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';

const picture = () => sharp({ create: { width: 48, height: 32, channels: 3, background: '#c08060' } });

async function stamped(format: PictureFormat, more: Partial<StampOptions> = {}): Promise<Uint8Array> {
  const stamp = await openStamp({ runId: 'play-1a2b', warn: vi.fn(), ...more });
  return stamp.picture(picture(), format);
}

/** What another implementation than the one that signs says: status codes and whether it holds. */
async function verdict(file: Uint8Array, format: 'jpg' | 'png') {
  const asset = format === 'jpg' ? new JPEG(Uint8Array.from(file)) : new PNG(Uint8Array.from(file));
  const store = ManifestStore.read(SuperBox.fromBuffer(Uint8Array.from(asset.getManifestJUMBF()!)));
  const result = await store.validate(asset);
  return { codes: result.statusEntries.map(({ code }) => `${code}`), valid: result.isValid };
}

test.each(['jpg', 'png', 'webp'] as const)('a %s says in XMP what it is and which run made it', async (format) => {
  const { xmp, width, height } = await sharp(await stamped(format)).metadata();
  expect(xmp?.toString()).toContain(`<Iptc4xmpExt:DigitalSourceType>${SOURCE_TYPE}<`);
  expect(xmp?.toString()).toContain('fsae run play-1a2b');
  expect([width, height]).toEqual([48, 32]);
});

test.each(['jpg', 'png'] as const)('a signed %s is valid to another implementation', async (format) => {
  const { codes, valid } = await verdict(await stamped(format, { signing }), format);
  expect(codes).toEqual(expect.arrayContaining(['claimSignature.validated', 'assertion.dataHash.match']));
  expect(valid).toBe(true);
});

test.each(['jpg', 'png'] as const)('a signed %s that was changed is not', async (format) => {
  const file = await stamped(format, { signing });
  file[file.length - 20]! ^= 1;
  const { codes, valid } = await verdict(file, format);
  expect(codes).toContain('assertion.dataHash.mismatch');
  expect(valid).toBe(false);
});

test.each(['jpg', 'png', 'webp'] as const)('signing a %s keeps its XMP and its pixels', async (format) => {
  const [plain, signed] = [await stamped(format), await stamped(format, { signing })];
  expect((await sharp(signed).metadata()).xmp).toEqual((await sharp(plain).metadata()).xmp);
  expect(await sharp(signed).raw().toBuffer()).toEqual(await sharp(plain).raw().toBuffer());
  expect(Buffer.from(signed).includes('A face was exchanged by the trained model of fsae run play-1a2b.')).toBe(true);
  expect(Buffer.from(plain).includes('c2pa')).toBe(false);
});
