import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { JsonObject, ResolvedConfig } from '../config/define.js';
import type { Dataset, FaceInfo } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import type { FileSum } from './files.js';
import type { Change } from './resume.js';
import { encodeSafetensors, type NamedArrays } from './safetensors.js';

/** What was changed in the config when a run was resumed at `step`. */
export interface LineageEntry {
  readonly step: number;
  readonly changes: readonly Change[];
}

/** Everything a run needs to go on as if it had never stopped. Records are keyed by weight path, loss key or callback name. */
export interface CheckpointContents {
  readonly step: number;
  readonly config: ResolvedConfig;
  readonly plugins: ResolvedConfig['plugins'];
  /** `hashFaces` of each identity's faces. */
  readonly datasets: Readonly<Record<string, string>>;
  /** `frame` of each identity's dataset that has one: a swap aligns what it is given alike. */
  readonly frames?: Readonly<Record<string, NonNullable<Dataset['frame']>>>;
  readonly model: NamedArrays;
  /** Optimizer state: of 'model', and of each loss with an adversary under the loss's key. */
  readonly optimizer: Readonly<Record<string, NamedArrays>>;
  /** Exponential moving average of the model's weights. */
  readonly average?: NamedArrays;
  readonly losses: Readonly<Record<string, NamedArrays>>;
  /** JSON-safe. */
  readonly callbacks: Readonly<Record<string, unknown>>;
  readonly lineage: readonly LineageEntry[];
  /** What the people shown have agreed to, in the words of whoever trains. */
  readonly consent?: JsonObject;
}

/** The version this fsae writes; it reads this and older ones. */
export const FORMAT_VERSION = 1;
export const MANIFEST = 'manifest.json';
const FORMAT = 'fsae-checkpoint';

const names = v.array(v.string());
const record = v.record(v.string(), v.unknown());
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
// What the store itself relies on; the config's own schema checks the config when it is restored.
const schema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(FORMAT_VERSION),
  step: size,
  seed: v.number(),
  created: v.string(),
  config: v.custom<ResolvedConfig>((value) => v.is(record, value)),
  plugins: v.array(v.object({ name: v.string(), version: v.nullable(v.string()), from: v.nullable(v.string()) })),
  datasets: v.record(v.string(), v.string()),
  frames: v.optional(v.record(v.string(), v.array(v.tuple([v.number(), v.number()])))),
  optimizers: names,
  losses: names,
  callbacks: record,
  lineage: v.custom<readonly LineageEntry[]>((value) =>
    v.is(v.array(v.object({ step: size, changes: v.array(record) })), value),
  ),
  consent: v.optional(v.custom<JsonObject>((value) => v.is(record, value))),
  files: v.record(v.string(), v.object({ sha256: v.string(), bytes: size })),
});
export type Manifest = Readonly<v.InferOutput<typeof schema>>;

/** The files of a checkpoint but for the manifest, as chunks to be written. */
export function encodeFiles(contents: CheckpointContents): Map<string, Uint8Array[]> {
  const files = new Map([
    ['model.safetensors', encodeSafetensors(contents.model)],
    ['optimizer.safetensors', encodeSafetensors(joinNetworks(contents.optimizer))],
  ]);
  if (contents.average) files.set('average.safetensors', encodeSafetensors(contents.average));
  for (const [key, arrays] of Object.entries(contents.losses)) files.set(lossFile(key), encodeSafetensors(arrays));
  return files;
}

/** The names that `manifest` may and must describe. Never taken from the file: a name could lead out of the folder. */
export function expectedFiles(manifest: Manifest): string[] {
  const average = 'average.safetensors' in manifest.files ? ['average.safetensors'] : [];
  return ['model.safetensors', 'optimizer.safetensors', ...average, ...manifest.losses.map(lossFile)];
}

export function lossFile(key: string): string {
  return `losses/${escapeName(key)}.safetensors`;
}

/** One map for all networks: '<network>/<path>'. */
function joinNetworks(networks: Readonly<Record<string, NamedArrays>>): NamedArrays {
  const joined = Object.entries(networks).flatMap(([network, arrays]) =>
    Object.entries(arrays).map(([path, array]) => [`${escapeName(network)}/${path}`, array] as const),
  );
  return Object.fromEntries(joined);
}

export function splitNetworks(joined: NamedArrays, networks: readonly string[]): Record<string, NamedArrays> {
  const ofNetwork = (network: string) => {
    const prefix = `${escapeName(network)}/`;
    const own = Object.entries(joined).filter(([path]) => path.startsWith(prefix));
    return Object.fromEntries(own.map(([path, array]) => [path.slice(prefix.length), array]));
  };
  return Object.fromEntries(networks.map((network) => [network, ofNetwork(network)]));
}

/** A loss key as a file name: '@fsae/loss-x' must not make a folder, 'L1' and 'l1' must differ where case does not. */
function escapeName(name: string): string {
  const bytes = [...Buffer.from(name)];
  return bytes
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** The manifest's text. Its last field is the SHA-256 of the text without it, so that the manifest verifies itself. */
export function encodeManifest(
  contents: CheckpointContents,
  created: Date,
  files: Readonly<Record<string, FileSum>>,
): string {
  for (const [name, state] of Object.entries(contents.callbacks)) checkJson(`callback ${JSON.stringify(name)}`, state);
  const { config, plugins, datasets, frames, callbacks, lineage, consent } = contents;
  const manifest: Manifest = {
    format: FORMAT,
    version: FORMAT_VERSION,
    step: contents.step,
    seed: config.train.seed,
    created: created.toISOString(),
    config,
    plugins: [...plugins],
    datasets: { ...datasets },
    ...(frames && { frames: toJson(frames) }),
    optimizers: Object.keys(contents.optimizer),
    losses: Object.keys(contents.losses),
    callbacks: { ...callbacks },
    lineage,
    ...(consent && { consent }),
    files: { ...files },
  };
  return seal(manifest);
}

function toJson(frames: NonNullable<CheckpointContents['frames']>): NonNullable<Manifest['frames']> {
  return Object.fromEntries(
    Object.entries(frames).map(([identity, frame]) => [identity, frame.map(([x, y]): [number, number] => [x, y])]),
  );
}

/**
 * The manifest of the checkpoint at `path` from its text. Throws FSAE_CHECKPOINT_DAMAGED, or FSAE_CHECKPOINT_VERSION for
 * a newer format. The seal is checked before the version, so that a damaged version number is damage: seal, `format`
 * and `version` stay as they are in every version to come.
 */
export function decodeManifest(text: string, path: string): Manifest {
  const damaged = (reason: string) => fsaeError('FSAE_CHECKPOINT_DAMAGED', { path, file: MANIFEST, reason });
  let sealed: unknown;
  try {
    sealed = JSON.parse(text);
  } catch {
    throw damaged('text that is not JSON');
  }
  if (!v.is(record, sealed)) throw damaged('JSON that is not an object');
  const { sha256: _, ...body } = sealed;
  if (seal(body) !== text) throw damaged('a text that its own SHA-256 does not match');
  if (typeof body['version'] === 'number' && body['version'] > FORMAT_VERSION) {
    throw fsaeError('FSAE_CHECKPOINT_VERSION', { path, version: body['version'], supported: FORMAT_VERSION });
  }
  const checked = v.safeParse(schema, body);
  if (!checked.success) {
    const issue = checked.issues[0];
    throw damaged(`${v.getDotPath(issue) ?? 'the manifest'}: ${issue.message}`);
  }
  return checked.output;
}

function seal(body: object): string {
  const sha256 = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  return `${JSON.stringify({ ...body, sha256 }, null, 2)}\n`;
}

function checkJson(part: string, state: unknown): void {
  let back: unknown;
  try {
    back = JSON.parse(JSON.stringify(state));
  } catch (error) {
    throw fsaeError('FSAE_CHECKPOINT_STATE', { part, reason: String(error) }, error);
  }
  if (!isDeepStrictEqual(back, state)) {
    throw fsaeError('FSAE_CHECKPOINT_STATE', { part, reason: 'a value that JSON does not keep' });
  }
}

/** SHA-256 (hex) of an identity's faces: of their ids, hashes and groups, in any order. */
export function hashFaces(faces: readonly FaceInfo[]): string {
  const lines = faces.map(({ id, hash, group }) => JSON.stringify([id, hash, group ?? null]));
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}
