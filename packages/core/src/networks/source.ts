import { fsaeError } from '../errors/catalogue.js';
import { suggest } from '../errors/suggest.js';
import { type CatalogueEntry, networks } from './catalogue.js';

/** What a source string means. */
export type Source = { readonly text: string; readonly entry?: CatalogueEntry } & (
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'npm'; readonly name: string; readonly version?: string; readonly path: string }
  | { readonly kind: 'https'; readonly url: string; readonly sha256: string }
);

const NPM = /^npm:((?:@[\w.-]+\/)?[\w.-]+)(?:@([\w.+-]+))?\/(.+\.json)$/;

/** @throws FSAE_NETWORK_SOURCE, FSAE_NETWORK_UNKNOWN */
export function parseSource(text: string): Source {
  const entry = Object.hasOwn(networks, text) ? networks[text] : undefined;
  if (entry !== undefined) return { ...parseSource(entry.source), text, entry };
  if (text.startsWith('npm:')) {
    const [, name, version, path] = NPM.exec(text) ?? [];
    if (name === undefined || path === undefined || path.split('/').includes('..')) {
      throw fsaeError('FSAE_NETWORK_SOURCE', {
        source: text,
        expected: 'npm:package/path/model.json or npm:package@1.2.3/path/model.json',
        todo: "Name the package and the model.json's path inside it.",
      });
    }
    return { kind: 'npm', text, name, path, ...(version === undefined ? {} : { version }) };
  }
  if (/^https?:/.test(text)) {
    const [, url, sha256] = /^(https:\/\/[^#]+)#sha256=([0-9a-f]{64})$/.exec(text) ?? [];
    if (url === undefined || sha256 === undefined) {
      throw fsaeError('FSAE_NETWORK_SOURCE', {
        source: text,
        expected: 'https://.../model.json#sha256=HEX',
        todo: 'Add the hash of model.json followed by its weight files: `cat model.json *.bin | sha256sum`.',
      });
    }
    return { kind: 'https', text, url, sha256 };
  }
  if (/[\\/]/.test(text) || text.endsWith('.json')) return { kind: 'file', text, path: text };
  const known = Object.keys(networks);
  throw fsaeError('FSAE_NETWORK_UNKNOWN', { source: text, known, nearest: suggest(text, known) });
}
