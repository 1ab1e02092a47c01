import { FsaeError, type Problem } from '@fsae/core';

/** What can go wrong with pictures. Codes are permanent; docs/reference/errors.md has a section for each. */
const problems = {
  FSAE_MEDIA_PICTURE: (d: { path: string; reason: string }): Problem => ({
    what: `${d.path} cannot be read as a picture.`,
    expected: 'a whole jpg, png, webp, avif, tiff or gif that this user may read',
    received: d.reason,
    todo: 'Copy or export it again (heic and bmp convert to png or jpg), or leave it out.',
  }),
  FSAE_MEDIA_INPUTS: (d: { received: string }): Problem => ({
    what: 'There is no picture and no film to work on.',
    expected: 'files, or folders that hold some',
    received: d.received,
    todo: 'Name photographs, films, or folders of them.',
  }),
  FSAE_MEDIA_OUTPUT: (d: { path: string; reason: string }): Problem => ({
    what: `Cannot write ${d.path}.`,
    expected: 'a folder with room that this user may write to',
    received: d.reason,
    todo: 'Free space, change the permissions, or name another place with --out. Run the command again: what is done already is kept.',
  }),
  FSAE_MEDIA_OPTION: (d: { option: string; known: readonly string[]; received: string }): Problem => ({
    what: `The option ${d.option} was not understood.`,
    expected: d.known.join(' or '),
    received: d.received,
    todo: 'See `fsae extract --help` and `fsae swap --help`.',
  }),
  FSAE_MEDIA_PERSON: (d: { path: string; faces: number }): Problem => ({
    what: `${d.path} does not say who is meant.`,
    expected: 'a picture with exactly one face',
    received: d.faces === 0 ? 'none was found' : `${d.faces} faces`,
    todo: 'Take a photograph of this person alone, large and from the front, or cut one out.',
  }),
} as const;

type Code = keyof typeof problems;

export function mediaError<C extends Code>(code: C, details: Parameters<(typeof problems)[C]>[0], cause?: unknown) {
  // The lookup loses the link between C and its details; the signature above keeps it for callers.
  const problem = (problems[code] as (details: Parameters<(typeof problems)[C]>[0]) => Problem)(details);
  return new FsaeError(code, problem, cause === undefined ? undefined : { cause });
}

/** One line of what an error says. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();
