import { fileURLToPath } from 'node:url';

/** Made by scripts/fixtures/certificates.sh. */
export const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export const signing = { certificate: fixture('chain.pem'), privateKey: fixture('signer.key') };
