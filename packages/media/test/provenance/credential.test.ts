import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytes, list, map, negative, text, unsigned } from '../../src/provenance/cbor.js';
import { coseSign1 } from '../../src/provenance/cose.js';
import { readCredential } from '../../src/provenance/credential.js';
import { fixture, signing } from './certificates.js';

const now = Date.parse('2027-01-01');
const read = (certificate: string, key = 'signer.key', at = now) =>
  readCredential(fixture(certificate), fixture(key), at);

test('a signer has its key, its algorithm, and the certificates below the root', async () => {
  const { algorithm, chain } = await read('chain.pem');
  expect(algorithm).toEqual({ name: 'es256', cose: -7, hash: 'sha256' });
  expect(chain.map((der) => new X509Certificate(der).subject)).toEqual([expect.stringContaining('CN=signer')]);
});

test.each([
  ['a certificate that is not there', () => read('missing.pem'), /no such file/],
  ['a key that is not there', () => read('chain.pem', 'missing.key'), /no such file/],
  ['no certificate', () => read('signer.key'), /no certificate/],
  ['a file that holds no key', () => read('chain.pem', 'chain.pem'), /chain\.pem/],
  ["another's key", () => read('chain.pem', 'authority.key'), /does not belong/],
  ['a certificate that signed itself', () => read('authority.pem', 'authority.key'), /signed by itself/],
  ['one for something else', () => read('server.pem'), /not made for signing/],
  ['one that expired', () => read('chain.pem', 'signer.key', Date.parse('2222-01-01')), /expired/],
  ['one of the future', () => read('chain.pem', 'signer.key', 0), /not valid before/],
])('%s is refused', async (_, attempt, reason) => {
  const error = await attempt().catch((thrown) => thrown);
  expect(error.code).toBe('FSAE_MEDIA_CERTIFICATE');
  expect(error.message).toMatch(reason);
});

test.each([
  // RFC 8949, appendix A.
  [unsigned(0), '00'],
  [unsigned(23), '17'],
  [unsigned(24), '1818'],
  [unsigned(1000), '1903e8'],
  [unsigned(1000000), '1a000f4240'],
  [negative(-1), '20'],
  [negative(-100), '3863'],
  [bytes(Buffer.from('01020304', 'hex')), '4401020304'],
  [text('IETF'), '6449455446'],
  [list(unsigned(1), unsigned(2), unsigned(3)), '83010203'],
  [map([unsigned(1), unsigned(2)], [unsigned(3), unsigned(4)]), 'a201020304'],
])('CBOR %#', (encoded, expected) => {
  expect(encoded.toString('hex')).toBe(expected);
});

test("a signature is of one length and verifies with the certificate's key", async () => {
  const payload = Buffer.from('a claim');
  const signed = coseSign1(await read('chain.pem'), payload);
  expect(signed).toHaveLength(coseSign1(await read('chain.pem'), Buffer.alloc(5000)).length);
  // 18([protected, { pad }, nil, signature]): the protected header is a byte string whose length takes two bytes.
  const at = 5;
  const length = signed[3]! * 256 + signed[4]!;
  expect([...signed.subarray(0, 3)]).toEqual([0xd2, 0x84, 0x59]);
  const header = signed.subarray(at, at + length);
  const statement = list(text('Signature1'), bytes(header), bytes(Buffer.alloc(0)), bytes(payload));
  const key = createPublicKey(readFileSync(signing.certificate));
  const signature = signed.subarray(-64);
  expect(verify('sha256', statement, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
});
