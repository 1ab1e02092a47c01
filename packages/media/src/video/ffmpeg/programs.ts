import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface Programs {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/**
 * ffmpeg and the ffprobe that belongs to it: FFMPEG_PATH (the program or its folder) if set, else the first on PATH.
 * Returns the reason when there is none.
 */
export function findPrograms(environment: NodeJS.ProcessEnv): Programs | string {
  const named = environment['FFMPEG_PATH'];
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const search = (name: string) => folders.map((folder) => join(folder, name + SUFFIX)).find(isProgram);
  const ffmpeg =
    named === undefined || named === '' ? search('ffmpeg') : [named, join(named, `ffmpeg${SUFFIX}`)].find(isProgram);
  if (ffmpeg === undefined) return named ? `FFMPEG_PATH names no program: ${named}` : 'no ffmpeg on PATH';
  const beside = join(dirname(ffmpeg), `ffprobe${SUFFIX}`);
  const ffprobe = isProgram(beside) ? beside : search('ffprobe');
  return ffprobe === undefined ? `no ffprobe beside ${ffmpeg} or on PATH` : { ffmpeg, ffprobe };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    // A folder may be entered, which is the same right.
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
