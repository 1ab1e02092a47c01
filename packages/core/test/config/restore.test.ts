import { expect, test } from 'vitest';
import type { ResolvedConfig } from '../../src/config/define.js';
import { resolveConfig, restoreConfig } from '../../src/config/resolve.js';
import type { Plugin, PluginKind } from '../../src/contracts/index.js';
import { installed, project } from './project.js';

const schema = `{ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: { ...value, seen: (value.seen ?? 0) + 1 } }) } }`;
const plugin = (name: string, loss = 'x') =>
  `export default { name: '${name}', api: 1, losses: { '${loss}': { options: ${schema}, create: () => ({}) } } };`;
const model: PluginKind[] = ['encoders', 'bottlenecks', 'decoders'];

/** What a checkpoint of a run with this plugin at this version holds. */
async function saved(files: Record<string, string>, config: object = {}): Promise<ResolvedConfig> {
  const root = project(files);
  const given = { identities: { ada: 'ada', ben: 'ben' }, losses: { x: 1 }, backend: 'cpu', ...config };
  const resolved = await resolveConfig(given, { file: null, root });
  return JSON.parse(JSON.stringify(resolved.config)) as ResolvedConfig;
}

async function errorOf(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  return promise.then(
    () => expect.unreachable(),
    (error: Error) => error,
  );
}

test('a saved config comes back as it was, elsewhere too, its options untouched', async () => {
  const files = installed('fsae-loss-x', plugin('fsae-loss-x'));
  const config = await saved(files);
  const root = project(files);
  const restored = await restoreConfig(config, root);
  expect(restored.config).toEqual(config);
  expect(restored.config.losses['x']?.options).toEqual({ seen: 1 });
  expect(Object.isFrozen(restored.config.losses['x']?.options)).toBe(true);
  expect(restored.registry.find('losses', 'x')?.plugin.from).toBe('fsae-loss-x');
  expect(restored).toMatchObject({ root, notes: [] });
});

test('a plugin of a file is found again by its path', async () => {
  const files = { 'mine.ts': plugin('mine') };
  const config = await saved(files, { plugins: ['./mine.ts'] });
  expect((await restoreConfig(config, project(files))).registry.names('losses')).toContain('x');
  const gone = await errorOf(restoreConfig(config, project({})));
  expect(gone).toMatchObject({ code: 'FSAE_PLUGIN_MISSING' });
});

test('another compatible version is noted, an incompatible one is refused', async () => {
  const at = (version: string) => installed('fsae-loss-x', plugin('fsae-loss-x'), version);
  const config = await saved(at('1.4.0'));
  const { notes } = await restoreConfig(config, project(at('1.5.1')));
  expect(notes).toEqual(['fsae-loss-x: saved with 1.4.0, found 1.5.1.']);
  const error = await errorOf(restoreConfig(config, project(at('2.0.0'))));
  expect(error).toMatchObject({ code: 'FSAE_PLUGIN_CHANGED' });
  expect(error.message).toContain('npm i fsae-loss-x@^1.4.0');
  const early = await saved(at('0.2.3'));
  expect((await restoreConfig(early, project(at('0.2.9')))).notes).toHaveLength(1);
  expect(await errorOf(restoreConfig(early, project(at('0.3.0'))))).toMatchObject({ code: 'FSAE_PLUGIN_CHANGED' });
});

test('another plugin in its place is refused', async () => {
  const config = await saved(installed('fsae-loss-x', plugin('fsae-loss-x')));
  const root = project(installed('fsae-loss-x', plugin('something-else')));
  const error = await errorOf(restoreConfig(config, root));
  expect(error).toMatchObject({ code: 'FSAE_PLUGIN_OTHER' });
  expect(error.message).toContain(
    '"fsae-loss-x" was the plugin "fsae-loss-x" when this was saved and is "something-else"',
  );
});

test('an object of the config file is found by its name, or handed over', async () => {
  const create = () => expect.unreachable();
  const validate = (value: unknown) => ({ value });
  const object: Plugin = {
    name: 'fsae-loss-x',
    api: 1,
    losses: { x: { options: { '~standard': { version: 1, vendor: 'test', validate } }, create } },
  };
  const config = await saved({}, { plugins: [object] });
  expect(config.plugins).toEqual([{ name: 'fsae-loss-x', version: null, from: null }]);
  expect(await errorOf(restoreConfig(config, project({})))).toMatchObject({ code: 'FSAE_PLUGIN_UNNAMED' });
  const given = await restoreConfig(config, project({}), { plugins: [object] });
  expect(given.registry.find('losses', 'x')?.plugin.plugin).toBe(object);
  const root = project(installed('fsae-loss-x', plugin('fsae-loss-x')));
  expect((await restoreConfig(config, root)).registry.find('losses', 'x')?.plugin.from).toBe('fsae-loss-x');
});

test('who needs no loss needs no plugin of one', async () => {
  const config = await saved(installed('fsae-loss-x', plugin('fsae-loss-x')));
  const empty = project({});
  expect(await errorOf(restoreConfig(config, empty))).toMatchObject({ code: 'FSAE_PLUGIN_MISSING' });
  const { registry } = await restoreConfig(config, empty, { needs: model });
  expect(registry.find('encoders', 'conv')).toBeDefined();
  const broken = project(installed('fsae-loss-x', 'throw new Error();'));
  expect((await restoreConfig(config, broken, { needs: model })).config).toEqual(config);
});

test('the backend may be another one than the one that trained', async () => {
  const backend = `export default { name: 'b', api: 1, backends: { b: { name: 'b', deterministic: true, available() {}, activate() {} } } };`;
  const config = await saved(installed('fsae-loss-x', plugin('fsae-loss-x')), { losses: { l1: 1 } });
  const root = project(installed('fsae-backend-b', backend));
  const { registry } = await restoreConfig({ ...config, backend: { use: 'b', threads: null } }, root);
  expect(registry.names('backends')).toContain('b');
  const gone = await errorOf(restoreConfig({ ...config, backend: { use: 'c', threads: null } }, root));
  expect(gone).toMatchObject({ code: 'FSAE_PLUGIN_PART_MISSING' });
});
