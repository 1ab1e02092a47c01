/** A key written twice in one object of a JSON or YAML text. */
export interface DuplicateKey {
  readonly key: string;
  /** From 1. */
  readonly line: number;
  /** Keys from the top of the document to the object that holds it; undefined where another mistake hides it. */
  readonly inside: readonly string[] | undefined;
}

/** What js-yaml throws. */
interface YamlError {
  readonly reason: string;
  readonly mark: { readonly position: number; readonly line: number };
}

const KEY = /^(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^\s:]+)/;
const MARKER = 'fsae duplicate key';

/**
 * JSON.parse keeps the last of two equal keys and says nothing; YAML refuses them. JSON is YAML, so one YAML parser finds
 * both. The second key is then given another name and the text read again: where that name turns up is where it stands.
 */
export function findDuplicateKey(text: string, parseYaml: (text: string) => unknown): DuplicateKey | undefined {
  const error = errorOf(() => parseYaml(text));
  if (error?.reason !== 'duplicated mapping key') return undefined;
  const { position, line } = error.mark;
  const token = KEY.exec(text.slice(position))?.[0] ?? '';
  const renamed = `${text.slice(0, position)}"${MARKER}"${text.slice(position + token.length)}`;
  let inside: readonly string[] | undefined;
  errorOf(() => {
    inside = holderOf(MARKER, parseYaml(renamed));
  });
  return { key: token.replaceAll(/^["']|["']$/g, ''), line: line + 1, inside };
}

function errorOf(parse: () => unknown): YamlError | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error as YamlError;
  }
}

function holderOf(key: string, value: unknown): string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, child] of Object.entries(value)) {
    if (name === key) return [];
    const below = holderOf(key, child);
    if (below !== undefined) return [name, ...below];
  }
  return undefined;
}
