import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fsaeError } from '../errors/catalogue.js';
import { reasonOf } from '../errors/describe.js';
import { version } from '../version.js';

/** Kinds of parts that there is a template for. */
export const templateKinds = ['loss', 'encoder', 'bottleneck', 'decoder'] as const;
export type TemplateKind = (typeof templateKinds)[number];

/** This package's own folder, from source and from dist alike. */
const TEMPLATES = join(dirname(createRequire(import.meta.url).resolve('@fsae/core/package.json')), 'templates');

/** npm leaves every .gitignore out of a tarball, and reads a second package.json as if it were the package's. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore', 'manifest.json': 'package.json' };

export interface NewPlugin {
  /** The folder in which the package's folder is made. */
  readonly dir: string;
  /** 'sharpness', 'fsae-loss-sharpness' and '@you/fsae-loss-sharpness' mean the same part. */
  readonly name: string;
  /** Where the name does not say it. Defaults to 'loss'. */
  readonly kind?: TemplateKind;
}

export interface CreatedPlugin {
  readonly package: string;
  readonly folder: string;
  /** Relative to `folder`, with forward slashes. */
  readonly files: readonly string[];
}

/**
 * Writes a package with one part, options, types, tests and README that can be published as it stands.
 * @throws FSAE_PLUGIN_NAME, FSAE_PLUGIN_FOLDER
 */
export async function createPlugin({ dir, name, kind }: NewPlugin): Promise<CreatedPlugin> {
  const names = namesOf(name, kind);
  const folder = join(dir, names.folder);
  const taken = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw fsaeError('FSAE_PLUGIN_FOLDER', { folder, reason: reasonOf(error) }, error);
  });
  if (taken.length > 0) throw fsaeError('FSAE_PLUGIN_FOLDER', { folder, reason: `it holds ${taken.length} files` });
  const files = [...(await filesOf('package')), ...(await filesOf(names.kind))];
  try {
    for (const { path, text } of files) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, filled(text, names, path));
    }
  } catch (error) {
    throw fsaeError('FSAE_PLUGIN_FOLDER', { folder, reason: reasonOf(error) }, error);
  }
  return { package: names.package, folder, files: files.map(({ path }) => path) };
}

interface Names {
  readonly kind: TemplateKind;
  readonly part: string;
  readonly package: string;
  readonly folder: string;
}

function namesOf(name: string, kind: TemplateKind | undefined): Names {
  const parsed = new RegExp(
    `^(?<scope>@[a-z0-9~-][a-z0-9._~-]*/)?(?:fsae-(?<kind>${templateKinds.join('|')})-)?(?<part>[a-z0-9][a-z0-9._-]*)$`,
  ).exec(name)?.groups;
  const named = parsed?.['kind'] as TemplateKind | undefined;
  if (parsed?.['part'] === undefined || (named !== undefined && kind !== undefined && named !== kind)) {
    throw fsaeError('FSAE_PLUGIN_NAME', { name, kind: kind ?? 'loss' });
  }
  const { scope = '', part } = parsed;
  const decided = named ?? kind ?? 'loss';
  const folder = `fsae-${decided}-${part}`;
  return { kind: decided, part: part as string, folder, package: `${scope}${folder}` };
}

async function filesOf(template: string): Promise<{ readonly path: string; readonly text: string }[]> {
  const from = join(TEMPLATES, template);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => {
      const path = file.slice(from.length + 1).replaceAll('\\', '/');
      return { path: RENAMED[path] ?? path, text: await readFile(file, 'utf8') };
    }),
  );
}

/** A template is a package that works; its names stand for the new ones. */
function filled(text: string, names: Names, path: string): string {
  const named = text
    .replaceAll('fsae-kind-part-name', names.package)
    .replaceAll(`fsae-${names.kind}-part-name`, names.package)
    .replaceAll("'part-name':", `${isIdentifier(names.part) ? names.part : `'${names.part}'`}:`)
    .replaceAll('part-name', names.part);
  return path === 'package.json' ? manifest(named, names.kind) : named;
}

function manifest(text: string, kind: TemplateKind): string {
  const json = JSON.parse(text);
  json.description = json.description.replace('kind', kind);
  json.keywords.push(kind);
  json.peerDependencies['@fsae/core'] = `>=${version} <1`;
  json.devDependencies['@fsae/core'] = `^${version}`;
  return `${JSON.stringify(json, null, 2)}\n`;
}

function isIdentifier(name: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(name);
}
