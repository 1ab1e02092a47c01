import type { ErrorTable } from './table.js';

/** A part that a config names and nobody brings. */
export interface MissingPart {
  /** Keys from the top: losses, arcface. */
  readonly path: readonly string[];
  /** 'loss' */
  readonly kind: string;
  readonly use: string;
  readonly hint: string;
}

const versioned = (name: string, version: string | null) => (version === null ? `"${name}"` : `"${name}" ${version}`);

export const pluginErrors = {
  FSAE_PLUGIN_MISSING: (d: { plugin: string; root: string; todo: string }) => ({
    what: `The plugin "${d.plugin}" was not found from ${d.root}.`,
    expected: 'an installed package, or a path relative to the config file that begins with a dot',
    todo: d.todo,
  }),
  FSAE_PLUGIN_PART_MISSING: (d: { file: string | null; parts: readonly MissingPart[] }) => ({
    what: `${d.file ?? 'The config given in code'} names what no plugin brings:\n${d.parts.map((part) => `    ${part.path.join('.')}: there is no ${part.kind} "${part.use}". ${part.hint}`).join('\n')}`,
    todo: 'Correct the name, or install the package that brings the part.',
  }),
  FSAE_PLUGIN_THROWS: (d: { plugin: string; reason: string }) => ({
    what: `The plugin "${d.plugin}" throws while it is imported: ${d.reason}`,
    todo: 'This is a fault of the plugin or of what it needs: reinstall it, or report it to its author with the stack trace of --debug.',
  }),
  FSAE_PLUGIN_SHAPE: (d: { plugin: string; problems: readonly string[] }) => ({
    what: `"${d.plugin}" is not a plugin that @fsae/core can use:\n${d.problems.map((problem) => `    ${problem}`).join('\n')}`,
    expected: 'a default export made by definePlugin({ name, api, losses, ... })',
    todo: 'Correct the plugin (docs/plugins/write.md), or leave it out of `plugins`.',
  }),
  FSAE_PLUGIN_API: (d: {
    plugin: string;
    version: string | null;
    api: unknown;
    core: string;
    supported: readonly number[];
  }) => ({
    what: `${versioned(d.plugin, d.version)} was built for plugin API ${String(d.api)}; @fsae/core ${d.core} supports ${d.supported.join(', ')}.`,
    todo:
      typeof d.api === 'number' && d.api > Math.max(...d.supported)
        ? 'Install a newer core: npm i @fsae/core@latest; or an older version of the plugin.'
        : `Install a newer version of the plugin: npm i ${d.plugin}@latest.`,
  }),
  FSAE_PLUGIN_DUPLICATE: (d: { kind: string; part: string; plugins: readonly [string, string] }) => ({
    what: `Two plugins bring a ${d.kind} "${d.part}": "${d.plugins[0]}" and "${d.plugins[1]}".`,
    expected: 'every name once, so that a config means one thing only',
    todo: `Leave one of the plugins out, or ask the author of "${d.plugins[1]}" for another name.`,
  }),
  FSAE_PLUGIN_TWICE: (d: { plugin: string }) => ({
    what: `Two different plugins call themselves "${d.plugin}".`,
    todo: 'Leave one of them out of `plugins`.',
  }),
  FSAE_PLUGIN_CHANGED: (d: { plugin: string; saved: string; found: string }) => ({
    what: `This was saved with ${d.plugin} ${d.saved}; ${d.found} is here, which need not understand it.`,
    expected: `${d.plugin} ^${d.saved}`,
    received: d.found,
    todo: `npm i ${d.plugin}@^${d.saved}`,
  }),
  FSAE_PLUGIN_OTHER: (d: { from: string; saved: string; found: string }) => ({
    what: `"${d.from}" was the plugin "${d.saved}" when this was saved and is "${d.found}" now.`,
    todo: `Put "${d.saved}" back, or train anew.`,
  }),
  FSAE_PLUGIN_UNNAMED: (d: { plugin: string }) => ({
    what: `The plugin "${d.plugin}" was an object in a config file, and no package of that name is installed: it cannot be found again.`,
    todo: 'Name it in `plugins` by package or by path ("./my-plugin.ts") instead of importing it, or hand it over in code.',
  }),
  FSAE_PLUGIN_NAME: (d: { name: string; kind: string }) => ({
    what: `"${d.name}" is no name for a new ${d.kind} package.`,
    expected: `small letters, digits, dots and dashes: sharpness, fsae-${d.kind}-sharpness or @you/fsae-${d.kind}-sharpness`,
    received: `"${d.name}"`,
    todo: 'Choose another name, or another --kind.',
  }),
  FSAE_PLUGIN_FOLDER: (d: { folder: string; reason: string }) => ({
    what: `The new package cannot be written to ${d.folder}.`,
    expected: 'a folder that is empty or does not exist, where this user may write',
    received: d.reason,
    todo: 'Choose another name or another folder.',
  }),
} satisfies ErrorTable;
