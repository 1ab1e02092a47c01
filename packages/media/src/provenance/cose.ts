import { constants, sign } from 'node:crypto';
import { bytes, list, map, negative, nothing, tagged, text, unsigned } from './cbor.js';
import type { Credential } from './credential.js';

const SIGN1_TAG = 18;
const ALGORITHM = unsigned(1);
const X5CHAIN = unsigned(33);
/** A manifest has a place of fixed size for a signature: this much of it is left for a change of mind. */
const PADDING = 1024;

/** COSE_Sign1 (RFC 9052, 4.2) over a payload that is kept elsewhere, as C2PA wants it; always of one length. */
export function coseSign1({ key, chain, algorithm }: Credential, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const certificates = chain.length === 1 ? bytes(chain[0]!) : list(...chain.map(bytes));
  const header = map([ALGORITHM, negative(algorithm.cose)], [X5CHAIN, certificates]);
  const signed = list(text('Signature1'), bytes(header), bytes(new Uint8Array()), bytes(payload));
  const pss = algorithm.name === 'ps256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : ({} as const);
  // Not Node's default, DER: its own reader takes that, c2pa-rs refuses it.
  const signature = sign(algorithm.hash, signed, { key, dsaEncoding: 'ieee-p1363', ...pss });
  const padding = map([text('pad'), bytes(new Uint8Array(PADDING))]);
  return Uint8Array.from(tagged(SIGN1_TAG, list(bytes(header), padding, nothing, bytes(signature))));
}
