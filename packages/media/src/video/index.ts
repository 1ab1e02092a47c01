import type { VideoAdapter } from '../contracts.js';
import { videoError } from './errors.js';
import { ffmpegAdapter } from './ffmpeg/adapter.js';
import { findPrograms } from './ffmpeg/programs.js';
import { nodeAvAdapter } from './node-av/adapter.js';
import { loadLibrary } from './node-av/library.js';
import type { BeforePublish } from './target.js';

export interface VideoOptions {
  /** Called with the complete file before it gets its name; what it throws keeps the film from appearing. */
  readonly beforePublish?: BeforePublish;
  /** Where PATH and FFMPEG_PATH are read from. Defaults to this process's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Folders that node-av is looked for from. Defaults to this package's, then the working folder. */
  readonly modules?: readonly string[];
}

/**
 * What reads and writes films on this machine: the optional peer node-av, else ffmpeg by FFMPEG_PATH or on PATH.
 * @throws FSAE_MEDIA_NO_VIDEO
 */
export async function videoAdapter({
  beforePublish,
  environment = process.env,
  modules = [import.meta.url, process.cwd()],
}: VideoOptions = {}): Promise<VideoAdapter> {
  const library = await loadLibrary(modules);
  if (typeof library !== 'string') return nodeAvAdapter(library, beforePublish);
  const programs = findPrograms(environment);
  let reason = typeof programs === 'string' ? programs : undefined;
  if (typeof programs !== 'string') {
    const adapter = ffmpegAdapter(programs, beforePublish);
    if (await adapter.available()) return adapter;
    reason = `${programs.ffmpeg} or ${programs.ffprobe} does not run`;
  }
  const tried = [
    { name: 'node-av', reason: library },
    { name: 'ffmpeg', reason: reason ?? '' },
  ];
  throw videoError('FSAE_MEDIA_NO_VIDEO', { tried });
}
