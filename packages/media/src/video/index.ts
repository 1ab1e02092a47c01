import type { VideoAdapter } from '../contracts.js';
import { videoError } from './errors.js';
import { ffmpegAdapter } from './ffmpeg/adapter.js';
import { findPrograms } from './ffmpeg/programs.js';
import type { BeforePublish } from './target.js';

export interface VideoOptions {
  /** Called with the complete file before it gets its name; what it throws keeps the film from appearing. */
  readonly beforePublish?: BeforePublish;
  /** Where PATH and FFMPEG_PATH are read from. Defaults to this process's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Where node-av is looked for: a folder or file, as `require` would from there. Defaults to this package. */
  readonly modules?: string;
}

/**
 * What reads and writes films on this machine: the optional peer node-av, else ffmpeg by FFMPEG_PATH or on PATH.
 * @throws FSAE_MEDIA_NO_VIDEO
 */
export async function videoAdapter({
  beforePublish,
  environment = process.env,
}: VideoOptions = {}): Promise<VideoAdapter> {
  const tried: { name: string; reason: string }[] = [];
  const programs = findPrograms(environment);
  if (typeof programs === 'string') tried.push({ name: 'ffmpeg', reason: programs });
  else {
    const adapter = ffmpegAdapter(programs, beforePublish);
    if (await adapter.available()) return adapter;
    tried.push({ name: 'ffmpeg', reason: `${programs.ffmpeg} or ${programs.ffprobe} does not run` });
  }
  throw videoError('FSAE_MEDIA_NO_VIDEO', { tried });
}
