import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { fsaeError } from '../errors/catalogue.js';
import type { NetworkDescription } from './network.js';

/** A network's files as read. */
export interface NetworkFiles {
  readonly artifacts: tf.io.ModelArtifacts;
  /** What the file says of itself. */
  readonly description: NetworkDescription;
  readonly sha256: string;
  readonly bytes: number;
}

interface Manifest {
  readonly weightsManifest?: readonly WeightsGroup[];
  readonly userDefinedMetadata?: { readonly fsae?: NetworkDescription };
}
interface WeightsGroup {
  readonly weights: tf.io.WeightsManifestEntry[];
  readonly paths: readonly string[];
}

/**
 * The weight files that a model.json names, in TensorFlow.js's own form or as a bare list of weights (face-api). They
 * lie beside or below it: a file from elsewhere must not decide where on this machine something is written.
 */
export function weightPaths(manifest: string): string[] {
  const paths = groupsOf(JSON.parse(manifest)).flatMap((group) => group.paths);
  const astray = paths.find((path) => /^\/|[\\:]|(^|\/)\.\.(\/|$)/.test(path));
  if (astray !== undefined) throw new Error(`its weights lie elsewhere: ${astray}`);
  return paths;
}

function groupsOf(parsed: unknown): readonly WeightsGroup[] {
  const groups = Array.isArray(parsed) ? parsed : (parsed as Manifest | null)?.weightsManifest;
  if (!Array.isArray(groups)) throw new Error('there is no weightsManifest in it');
  return groups as readonly WeightsGroup[];
}

/**
 * Reads a model.json and the weight files beside it.
 * @throws FSAE_NETWORK_UNREADABLE, FSAE_NETWORK_DAMAGED when the hash is not `sha256`.
 */
export async function readNetworkFiles(file: string, sha256?: string): Promise<NetworkFiles> {
  let manifest: Buffer;
  let parsed: Manifest;
  let weights: Buffer[];
  let groups: readonly WeightsGroup[];
  try {
    manifest = await readFile(file);
    parsed = JSON.parse(manifest.toString('utf8')) as Manifest;
    groups = groupsOf(parsed);
    weights = await Promise.all(
      groups.flatMap(({ paths }) => paths.map((path) => readFile(join(dirname(file), path)))),
    );
  } catch (error) {
    throw fsaeError('FSAE_NETWORK_UNREADABLE', { file, reason: (error as Error).message }, error);
  }
  const hash = createHash('sha256').update(manifest);
  for (const part of weights) hash.update(part);
  const received = hash.digest('hex');
  if (sha256 !== undefined && received !== sha256) {
    throw fsaeError('FSAE_NETWORK_DAMAGED', { file, expected: sha256, received });
  }
  const bytes = Buffer.concat(weights);
  return {
    artifacts: {
      ...(Array.isArray(parsed) ? {} : (parsed as tf.io.ModelArtifacts)),
      weightSpecs: groups.flatMap((group) => group.weights),
      // A buffer of its own: repairs write into it, and float32 views want it to begin at 0.
      weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    },
    description: parsed.userDefinedMetadata?.fsae ?? {},
    sha256: received,
    bytes: manifest.length + bytes.length,
  };
}
