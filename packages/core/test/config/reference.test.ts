import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { presets } from '../../src/config/presets.js';
import { resolveConfig } from '../../src/config/resolve.js';
import { configSchema } from '../../src/config/schema.js';
import { builtin } from '../../src/plugins/builtin.js';

const reference = readFileSync(new URL('../../../../docs/reference/config.md', import.meta.url), 'utf8');

/** Rows of the tables whose first column is a key: | `key` | type | default | meaning | */
const rows = [...reference.matchAll(/^\| `([\w.-]+)` \| (.+?) \| (.*?) ?\| .+ \|$/gm)].map(([, key, , value]) => ({
  key: key!,
  value: value!,
}));
const documented = rows.map(({ key }) => key);
const heading = reference.indexOf("## Core's own parts");
const isOption = (key: string) => reference.indexOf(`| \`${key}\` |`) > heading;

interface Node {
  readonly entries?: Readonly<Record<string, Node>>;
  readonly wrapped?: Node;
  readonly default?: unknown;
}

function leaves(node: Node, path: readonly string[] = []): string[] {
  const { entries } = node.wrapped ?? node;
  if (entries === undefined) return [path.join('.')];
  return Object.entries(entries).flatMap(([key, child]) => leaves(child, [...path, key]));
}

test('every key of a config is documented, and no other', () => {
  const keys = leaves(configSchema as Node).flatMap((key) =>
    key === 'backend' ? ['backend.use', 'backend.threads'] : key,
  );
  expect(documented.filter((key) => !isOption(key)).sort()).toEqual(keys.sort());
});

test('the defaults of keys are those that hold', async () => {
  const identities = { ada: 'ada', ben: 'ben' };
  const { config } = await resolveConfig({ identities }, { file: null, root: '/' });
  const heldAt = (key: string) =>
    key.split('.').reduce<unknown>((held, name) => (held as Record<string, unknown>)[name], config);
  const stated = rows.filter(({ key, value }) => !isOption(key) && value.startsWith('`'));
  expect(stated.length).toBeGreaterThan(15);
  for (const { key, value } of stated) expect(JSON.stringify(heldAt(key)), key).toBe(value.slice(1, -1));
});

test('what is left to presets is set by each of them', () => {
  const left = rows.filter(({ value }) => value === '*preset*').map(({ key }) => key);
  for (const [name, preset] of Object.entries(presets)) {
    // No clipping is `null` in a resolved config and no key in a preset.
    for (const key of left.filter((key) => key !== 'train.clip'))
      expect(preset, `${key} of ${name}`).toHaveProperty(key.split('.'));
  }
});

test("every option of core's own parts is documented with its default, and no other", () => {
  const options = new Map<string, unknown>();
  for (const kind of ['datasets', 'encoders', 'bottlenecks', 'decoders', 'losses'] as const) {
    for (const [name, definition] of Object.entries(builtin[kind])) {
      for (const [key, node] of Object.entries((definition.options as Node).entries ?? {}))
        options.set(`${name}.${key}`, node.default);
    }
  }
  const stated = rows.filter(({ key }) => isOption(key));
  expect(stated.map(({ key }) => key).sort()).toEqual([...options.keys()].sort());
  for (const { key, value } of stated) {
    const fallback = options.get(key);
    expect(fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``, key).toBe(value);
  }
  for (const kind of ['datasets', 'encoders', 'bottlenecks', 'decoders', 'losses', 'trainers', 'backends'] as const) {
    for (const name of Object.keys(builtin[kind])) expect(reference, name).toMatch(new RegExp(`[\`".]${name}[\`".]`));
  }
});

test('presets stand in the reference as they are', () => {
  const blocks = [...reference.matchAll(/^### `([\w-]+)`\n[\s\S]+?```json\n([\s\S]+?)```/gm)];
  expect(Object.fromEntries(blocks.map(([, name, json]) => [name, JSON.parse(json!)]))).toEqual(presets);
});
