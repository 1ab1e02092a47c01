import { FsaeError, type Problem } from '@fsae/core';

/** What can go wrong with marks of origin. Codes are permanent; docs/reference/errors.md has a section for each. */
const problems = {
  FSAE_MEDIA_CERTIFICATE: (d: { file: string; reason: string }): Problem => ({
    what: 'What is made cannot be signed with this certificate and key.',
    expected: 'PEM files: a certificate for signing documents, then those above it, and the key that belongs to it',
    received: `${d.file}: ${d.reason}`,
    todo: 'docs/guide/provenance.md says what a certificate must be and how to make one for trials.',
  }),
  FSAE_MEDIA_C2PA_MISSING: (d: { reason: string }): Problem => ({
    what: 'A certificate is configured, and the package that signs is not there.',
    expected: '@contentauth/c2pa-wasm',
    received: d.reason,
    todo: 'Run `npm i @contentauth/c2pa-wasm`, or leave the certificate out.',
  }),
  FSAE_MEDIA_C2PA_SIGNING: (d: { what: string; reason: string }): Problem => ({
    what: `${d.what} could not be signed.`,
    received: d.reason,
    todo: 'Leave the certificate out, or report it with this message and the kind of file.',
  }),
  FSAE_MEDIA_XMP: (d: { path: string; reason: string }): Problem => ({
    what: `The film ${d.path} cannot be marked as made by a trained model.`,
    expected: 'an mp4 or mov that was written by fsae',
    received: d.reason,
    todo: 'Report it with the program that wrote the film (node-av or ffmpeg) and its version.',
  }),
} as const;

type Code = keyof typeof problems;

export function provenanceError<C extends Code>(
  code: C,
  details: Parameters<(typeof problems)[C]>[0],
  cause?: unknown,
) {
  // The lookup loses the link between C and its details; the signature above keeps it for callers.
  const problem = (problems[code] as (details: Parameters<(typeof problems)[C]>[0]) => Problem)(details);
  return new FsaeError(code, problem, cause === undefined ? undefined : { cause });
}
