import { FsaeError, type Problem } from '@fsae/core';

/** What can go wrong with films. Codes are permanent; docs/reference/errors.md has a section for each. */
const problems = {
  FSAE_MEDIA_NO_VIDEO: (d: { tried: readonly { name: string; reason: string }[] }): Problem => ({
    what: 'There is nothing on this machine that reads and writes films.',
    expected: 'the package node-av, or the programs ffmpeg and ffprobe',
    received: d.tried.map(({ name, reason }) => `${name}: ${reason}`).join('; '),
    todo: 'Run `npm i node-av` in this project, or install ffmpeg so that it is on PATH or named by FFMPEG_PATH.',
  }),
  FSAE_MEDIA_FILM_UNREADABLE: (d: { path: string; reason: string }): Problem => ({
    what: `The film ${d.path} cannot be read: ${d.reason}.`,
    expected: 'a file with moving pictures in a format that ffmpeg reads',
    todo: 'Correct the path, copy the file again, or play it in another program to see whether it is whole.',
  }),
  FSAE_MEDIA_FILM_DAMAGED: (d: { path: string; frames: number; expected: number | null; reason: string }): Problem => ({
    what: `The film ${d.path} is damaged or cut off after ${d.frames} frames.`,
    ...(d.expected === null ? {} : { expected: `${d.expected} frames` }),
    received: d.reason,
    todo: 'Get the film again, or write what is left of it to a new file: `ffmpeg -err_detect ignore_err -i FILM whole.mp4`.',
  }),
  FSAE_MEDIA_FILM_HDR: (d: { path: string; transfer: string }): Problem => ({
    what: `The film ${d.path} has a high dynamic range, which networks for ordinary pictures cannot be given as it is.`,
    expected: 'a film of standard range (BT.709 or BT.601)',
    received: d.transfer,
    todo: 'Export it without HDR, or convert it: `ffmpeg -i FILM -vf zscale=t=linear:npl=100,format=gbrpf32le,tonemap=hable,zscale=p=bt709:t=bt709:m=bt709:r=tv,format=yuv420p -c:a copy sdr.mp4`.',
  }),
  FSAE_MEDIA_FILM_ENDING: (d: { path: string; endings: readonly string[] }): Problem => ({
    what: `A film cannot be written as ${d.path}.`,
    expected: `a name that ends in ${d.endings.join(', ')}`,
    todo: 'Choose one of these endings.',
  }),
  FSAE_MEDIA_FILM_NOT_WRITTEN: (d: { path: string; reason: string }): Problem => ({
    what: `The film ${d.path} cannot be written.`,
    received: d.reason,
    todo: 'See that the folder exists and that you may write in it. Nothing was left behind.',
  }),
  FSAE_MEDIA_NO_SPACE: (d: { path: string }): Problem => ({
    what: `The disk is full: the film ${d.path} was not written, and what there was of it is removed.`,
    todo: 'Make room, or write to another disk.',
  }),
  FSAE_MEDIA_NO_H264: (d: { program: string; reason: string }): Problem => ({
    what: `${d.program} has no encoder for H.264.`,
    expected: 'one that was built with libx264',
    received: d.reason,
    todo: 'Install a full build of ffmpeg and name it by FFMPEG_PATH, or run `npm i node-av`.',
  }),
  FSAE_MEDIA_SOUND_NOT_COPIED: (d: { path: string; from: string; codec: string; reason: string }): Problem => ({
    what: `The sound of ${d.from} (${d.codec}) cannot stand as it is in ${d.path}.`,
    received: d.reason,
    todo: 'Write to a name that ends in .mov, or convert the sound of the source first: `ffmpeg -i FILM -c:v copy -c:a aac new.mp4`.',
  }),
  FSAE_MEDIA_FRAMES_LOST: (d: { path: string; written: number; found: number; by: string }): Problem => ({
    what: `The film ${d.path} does not hold the frames that were written, and was removed.`,
    expected: `${d.written} frames`,
    received: `${d.found} frames (${d.by})`,
    todo: 'Run it again; if it happens twice, report it with the versions of fsae and of what wrote the film.',
  }),
  FSAE_MEDIA_FRAME_SIZE: (d: { path: string; expected: string; received: string }): Problem => ({
    what: `A picture for the film ${d.path} has another size than the film.`,
    expected: d.expected,
    received: d.received,
    todo: 'Give every picture the size of the film.',
  }),
} as const;

type Code = keyof typeof problems;

export function videoError<C extends Code>(code: C, details: Parameters<(typeof problems)[C]>[0], cause?: unknown) {
  // The lookup loses the link between C and its details; the signature above keeps it for callers.
  const problem = (problems[code] as (details: Parameters<(typeof problems)[C]>[0]) => Problem)(details);
  return new FsaeError(code, problem, cause === undefined ? undefined : { cause });
}
