import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { DIGITAL_SOURCE_TYPE, provenanceXmp, stampPicture } from '@fsae/core';
import type { Sharp } from 'sharp';
import manifest from '../../package.json' with { type: 'json' };
import { encode, type PictureFormat } from '../read/write.js';
import { type MediaType, openSigner } from './c2pa.js';
import { readCredential } from './credential.js';
import { appendXmp } from './xmp-box.js';

/** Files in PEM form. */
export interface SigningOptions {
  /** The signer's certificate, then those above it. */
  readonly certificate: string;
  readonly privateKey: string;
}

export interface StampOptions {
  /** Names the run whose model made what is stamped. */
  readonly runId: string;
  /** Signs a C2PA manifest into everything; XMP alone without it. */
  readonly signing?: SigningOptions;
  readonly warn: (message: string) => void;
}

/** Says in a file what made it. */
export interface Stamp {
  /** Encodes a picture with its XMP, then the signature. */
  picture(picture: Sharp, format: PictureFormat): Promise<Uint8Array>;
  /** Stamps a complete mp4 or mov in its place: for `beforePublish` of a video adapter. */
  film(file: string): Promise<void>;
}

/** The library holds a film in memory several times over, in an address space of 4 GiB. */
const LARGEST_SIGNED = 512 * 2 ** 20;
const PICTURES: Readonly<Record<PictureFormat, MediaType>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

/**
 * XMP first, the signature last: any change of a byte after it would break it.
 * @throws FSAE_MEDIA_CERTIFICATE, FSAE_MEDIA_C2PA_MISSING
 */
export async function openStamp({ runId, signing, warn }: StampOptions): Promise<Stamp> {
  const claim = { runId, sourceType: DIGITAL_SOURCE_TYPE };
  const signer =
    signing === undefined
      ? undefined
      : await openSigner(await readCredential(signing.certificate, signing.privateKey, Date.now()), manifest.version);
  return {
    async picture(picture, format) {
      const bytes = await encode(stampPicture(picture, { runId }), format).toBuffer();
      return signer === undefined ? bytes : signer.sign(bytes, PICTURES[format], claim);
    },

    async film(file) {
      await appendXmp(file, provenanceXmp({ runId }));
      if (signer === undefined) return;
      const { size } = await stat(file);
      if (size > LARGEST_SIGNED) {
        warn(
          `${file} is too large to be signed (${Math.round(size / 2 ** 20)} MiB, at most 512): it carries XMP alone.`,
        );
        return;
      }
      const type = extname(file).toLowerCase() === '.mov' ? 'video/quicktime' : 'video/mp4';
      await replace(file, await signer.sign(await readFile(file), type, claim));
    },
  };
}

async function replace(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.signed`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
