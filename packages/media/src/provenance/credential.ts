import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { provenanceError } from './errors.js';

/** Who signs. */
export interface Credential {
  readonly key: KeyObject;
  /** DER, the signer's first; without a self-signed root, which a reader must already trust. */
  readonly chain: readonly Uint8Array[];
  readonly algorithm: Algorithm;
}

export interface Algorithm {
  /** c2pa's name. */
  readonly name: 'es256' | 'es384' | 'es512' | 'ed25519' | 'ps256';
  /** RFC 9053. */
  readonly cose: number;
  readonly hash: string | null;
}

const CURVES: Readonly<Record<string, Algorithm>> = {
  prime256v1: { name: 'es256', cose: -7, hash: 'sha256' },
  secp384r1: { name: 'es384', cose: -35, hash: 'sha384' },
  secp521r1: { name: 'es512', cose: -36, hash: 'sha512' },
};
const ED25519: Algorithm = { name: 'ed25519', cose: -8, hash: null };
const RSA: Algorithm = { name: 'ps256', cose: -37, hash: 'sha256' };

/** What a certificate may be for, of which c2pa wants one: e-mail protection, document signing, C2PA claims. */
const PURPOSES = ['1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.36', '1.3.6.1.4.1.62558.2.1'];

/**
 * Reads what signs, and says at once what every reader would refuse later.
 * @throws FSAE_MEDIA_CERTIFICATE
 */
export async function readCredential(certificate: string, privateKey: string, now: number): Promise<Credential> {
  const key = await attempt(privateKey, async () => createPrivateKey(await readFile(privateKey)));
  const chain = await attempt(certificate, async () => {
    const text = await readFile(certificate, 'utf8');
    return (text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []).map(
      (pem) => new X509Certificate(pem),
    );
  });
  const [own] = chain;
  const refuse = (reason: string) => provenanceError('FSAE_MEDIA_CERTIFICATE', { file: certificate, reason });
  if (own === undefined) throw refuse('no certificate in PEM form is in it');
  if (!own.checkPrivateKey(key)) throw refuse(`its first certificate does not belong to the key ${privateKey}`);
  if (isSelfSigned(own)) throw refuse('it is signed by itself');
  if (own.ca) throw refuse('its first certificate is that of an authority');
  if (now < Date.parse(own.validFrom)) throw refuse(`it is not valid before ${own.validFrom}`);
  if (now > Date.parse(own.validTo)) throw refuse(`it expired on ${own.validTo}`);
  // Node calls the extended key usage so.
  if (!own.keyUsage?.some((purpose) => PURPOSES.includes(purpose))) {
    throw refuse(`it is not made for signing documents (extended key usage ${own.keyUsage?.join(', ') ?? 'none'})`);
  }
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) throw refuse('its key is none of P-256, P-384, P-521, Ed25519 or RSA');
  return { key, algorithm, chain: chain.filter((one) => !isSelfSigned(one)).map(({ raw }) => raw) };
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Algorithm | undefined {
  switch (asymmetricKeyType) {
    case 'ec':
      return CURVES[asymmetricKeyDetails?.namedCurve ?? ''];
    case 'ed25519':
      return ED25519;
    case 'rsa':
    case 'rsa-pss':
      return RSA;
    default:
      return undefined;
  }
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate);
}

async function attempt<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw provenanceError('FSAE_MEDIA_CERTIFICATE', { file, reason }, error);
  }
}
