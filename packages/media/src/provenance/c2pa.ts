import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { coseSign1 } from './cose.js';
import type { Credential } from './credential.js';
import { provenanceError } from './errors.js';

/** What is said about a picture or film. */
export interface Claim {
  readonly runId: string;
  /** IPTC's digital source type. */
  readonly sourceType: string;
}

/** As C2PA names kinds of files. */
export type MediaType = 'image/jpeg' | 'image/png' | 'image/webp' | 'video/mp4' | 'video/quicktime';

export interface Signer {
  /** The same file with a manifest in it: the last thing that may be done to it. @throws FSAE_MEDIA_C2PA_SIGNING */
  sign(file: Uint8Array, type: MediaType, claim: Claim): Promise<Uint8Array>;
}

type Library = typeof import('@contentauth/c2pa-wasm');

/** @throws FSAE_MEDIA_C2PA_MISSING */
export async function openSigner(credential: Credential, version: string): Promise<Signer> {
  const library = await load();
  const signer = {
    alg: credential.algorithm.name,
    reserveSize: coseSign1(credential, new Uint8Array()).length,
    sign: async (claim: Uint8Array) => coseSign1(credential, claim),
  };
  return {
    async sign(file, type, claim) {
      const manifest = JSON.stringify(manifestOf(claim, version));
      // It would verify against the authorities that it trusts, of which the user's need not be one.
      const builder = library.WasmBuilder.fromJson(manifest, JSON.stringify({ verify: { verify_after_sign: false } }));
      try {
        return await builder.sign(signer, [], type, new BytesBlob(file, type));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw provenanceError('FSAE_MEDIA_C2PA_SIGNING', { what: `A file of type ${type}`, reason }, error);
      } finally {
        builder.free();
      }
    },
  };
}

function manifestOf({ runId, sourceType }: Claim, version: string) {
  const fsae = { name: 'fsae', version };
  const created = {
    action: 'c2pa.created',
    digitalSourceType: sourceType,
    softwareAgent: fsae,
    description: `A face was exchanged by the trained model of fsae run ${runId}.`,
  };
  return {
    claim_generator_info: [fsae],
    assertions: [{ label: 'c2pa.actions.v2', data: { actions: [created] } }],
  };
}

let loading: Promise<Library> | undefined;

function load(): Promise<Library> {
  loading ??= start().catch((error: unknown) => {
    loading = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw provenanceError('FSAE_MEDIA_C2PA_MISSING', { reason }, error);
  });
  return loading;
}

async function start(): Promise<Library> {
  const library = await import('@contentauth/c2pa-wasm');
  const program = createRequire(import.meta.url).resolve('@contentauth/c2pa-wasm/c2pa.wasm');
  // A name that only web workers have, and that the library looks for among the globals.
  const globals = globalThis as { FileReaderSync?: unknown };
  globals.FileReaderSync ??= BytesReader;
  await library.default({ module_or_path: await readFile(program) });
  return library;
}

/** A Blob whose bytes are there at once: the library reads it piece by piece without waiting. */
class BytesBlob extends Blob {
  readonly content: Uint8Array;

  constructor(content: Uint8Array, type: string) {
    // Not given to Blob, which would copy every piece.
    super([], { type });
    this.content = content;
    Object.defineProperty(this, 'size', { value: content.length });
  }

  override slice(start = 0, end = this.content.length, type = ''): BytesBlob {
    return new BytesBlob(this.content.subarray(start, end), type);
  }
}

class BytesReader {
  readAsArrayBuffer({ content }: BytesBlob): ArrayBuffer {
    return Uint8Array.from(content).buffer;
  }
}
