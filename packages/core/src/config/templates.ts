import type { PartConfig } from './define.js';

type Identities = Readonly<Record<string, PartConfig>>;

/** The first config of a project. */
export const templates: Readonly<Record<'ts' | 'json' | 'yaml', (identities: Identities, preset: string) => string>> = {
  ts: (identities, preset) => `import { defineConfig } from '@fsae/core';

export default defineConfig({
  // Two or more people: folders of aligned faces, as paths from this file.
  identities: ${toCode(identities)},
  // Values that belong together; every key beside it overrides it.
  preset: ${toCode(preset)},
  // train: { steps: 5000, seed: 1 },
  // losses: { l1: 1, 'latent-statistics': { weight: 15, per: 'cell' } }, // instead of the preset's
  backend: 'auto', // \`fsae doctor\` shows which ones work here
});
`,
  yaml: (identities, preset) => `# Two or more people: folders of aligned faces, as paths from this file.
identities:
${Object.entries(identities)
  .map(([name, identity]) => `  ${toYaml(name)}: ${toYaml(identity)}`)
  .join('\n')}
# Values that belong together; every key beside it overrides it.
preset: ${toYaml(preset)}
# train: { steps: 5000, seed: 1 }
# losses: { l1: 1, latent-statistics: { weight: 15, per: cell } } # instead of the preset's
backend: auto # \`fsae doctor\` shows which ones work here
`,
  json: (identities, preset) => `${JSON.stringify({ identities, preset, backend: 'auto' }, null, 2)}\n`,
};

function toCode(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(toCode).join(', ')}]`;
  const key = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : toCode(name));
  const entries = Object.entries(value).map(([name, entry]) => `${key(name)}: ${toCode(entry)}`);
  return `{ ${entries.join(', ')} }`;
}

/** JSON is YAML; a text that nobody could take for anything else goes without quotes. */
function toYaml(value: unknown): string {
  const plain =
    typeof value === 'string' && /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z./][\w./-]*$/i.test(value);
  return plain ? value : JSON.stringify(value);
}
