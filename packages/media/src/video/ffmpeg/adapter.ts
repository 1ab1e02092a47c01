import type { VideoAdapter } from '../../contracts.js';
import { type BeforePublish, createTarget } from '../target.js';
import { probe } from './probe.js';
import { run } from './process.js';
import type { Programs } from './programs.js';
import { openFilm } from './reader.js';
import { createFilm } from './writer.js';

/** The programs ffmpeg and ffprobe, each in a process of its own. */
export function ffmpegAdapter(programs: Programs, beforePublish?: BeforePublish): VideoAdapter {
  return {
    name: 'ffmpeg',
    async available() {
      const versions = await Promise.all([versionOf(programs.ffmpeg), versionOf(programs.ffprobe)]);
      return !versions.includes(undefined);
    },
    open: (path) => openFilm(programs, path),
    async create(path, { info, audioFrom }) {
      const target = createTarget(path, beforePublish);
      const sound = audioFrom === undefined ? undefined : await probe(programs.ffprobe, audioFrom);
      return createFilm(programs, target, info, sound, (await versionOf(programs.ffmpeg)) ?? '');
    },
  };
}

/** '5.1.9-0+deb12u1', 'n7.1', 'N-118000-g1234567'; undefined for what does not run. */
async function versionOf(program: string): Promise<string | undefined> {
  const { code, output } = await run(program, ['-version']);
  return code === 0 ? (/ version (\S+)/.exec(output)?.[1] ?? '') : undefined;
}
