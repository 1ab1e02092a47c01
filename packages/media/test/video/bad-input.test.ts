import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { VideoAdapter } from '../../src/contracts.js';
import { ffmpegAdapter } from '../../src/video/ffmpeg/adapter.js';
import { run } from '../../src/video/ffmpeg/process.js';
import { findPrograms } from '../../src/video/ffmpeg/programs.js';
import { videoAdapter } from '../../src/video/index.js';
import { describeAdapters } from './adapters.js';
import { avatarFrames, ffmpeg, flat, folder, makeFilm, programs, readAll } from './films.js';

const INFO = { width: 32, height: 32, frameRate: { numerator: 25, denominator: 1 }, frames: null, audio: false };

async function failure(attempt: Promise<unknown>): Promise<{ code: string; message: string }> {
  return attempt.then(
    () => ({ code: 'none', message: 'it did not fail' }),
    (error) => ({ code: error.code, message: error.message }),
  );
}

async function write(adapter: VideoAdapter, path: string, count: number, audioFrom?: string): Promise<unknown> {
  const writer = await adapter.create(path, { info: INFO, ...(audioFrom === undefined ? {} : { audioFrom }) });
  for (let i = 0; i < count; i++) await writer.write(flat(32, 32, [i, 90, 120]));
  return writer.finish();
}

/** The place of a box at the top of an mp4. */
function boxAt(file: string, kind: string): { at: number; length: number } {
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === kind) return { at, length: bytes.readUInt32BE(at) };
  }
  throw new Error(`no ${kind} in ${file}`);
}

describeAdapters(({ adapter }) => {
  test.each([
    ['a film that is not there', async (file: string) => void file],
    ['a text', async (file: string) => writeFileSync(file, 'This is not a film, whatever its name says.')],
    ['an empty file', async (file: string) => writeFileSync(file, '')],
    ['a folder', async (file: string) => void mkdirSync(file)],
    [
      'a film whose index was never written',
      async (file: string) => {
        await makeFilm(file, await avatarFrames(10, 64), { silent: true });
        truncateSync(file, boxAt(file, 'moov').at);
      },
    ],
    [
      'music',
      async (file: string) => {
        await ffmpeg('-f', 'lavfi', '-i', 'sine=duration=0.2', '-f', 'mp4', file);
      },
    ],
  ])('%s cannot be read', async (_, make) => {
    const file = join(await folder(), 'film.mp4');
    await make(file);
    expect(await failure(adapter.open(file))).toMatchObject({
      code: 'FSAE_MEDIA_FILM_UNREADABLE',
      message: expect.stringContaining(file),
    });
  });

  test('a film that was cut off gives what it holds, then says so', async () => {
    const file = join(await folder(), 'film.mp4');
    await makeFilm(file, await avatarFrames(60, 96), { silent: true, args: ['-movflags', '+faststart'] });
    const { at, length } = boxAt(file, 'mdat');
    truncateSync(file, at + Math.round(length / 2));
    const reader = await adapter.open(file);
    expect(reader.info.frames).toBe(60);
    let count = 0;
    const reading = async () => {
      for await (const _ of reader.frames()) count++;
    };
    const { code, message } = await failure(reading());
    expect(code).toBe('FSAE_MEDIA_FILM_DAMAGED');
    expect(message).toContain(`after ${count} frames`);
    expect(message).toContain('60 frames');
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThan(60);
  });

  test('a film with a hole in it is not guessed together', async () => {
    const file = join(await folder(), 'film.mp4');
    await makeFilm(file, await avatarFrames(60, 96), { silent: true, args: ['-movflags', '+faststart'] });
    const { at, length } = boxAt(file, 'mdat');
    const bytes = readFileSync(file);
    bytes.fill(0, at + Math.round(length * 0.4), at + Math.round(length * 0.6));
    writeFileSync(file, bytes);
    const reader = await adapter.open(file);
    expect((await failure(readAll(reader))).code).toBe('FSAE_MEDIA_FILM_DAMAGED');
  });

  test('a film of high dynamic range is refused with the way to convert it', async () => {
    const file = join(await folder(), 'hdr.mkv');
    const args = [
      '-c:v',
      'libx264',
      '-color_trc',
      'arib-std-b67',
      '-colorspace',
      'bt2020nc',
      '-color_primaries',
      'bt2020',
    ];
    await makeFilm(file, await avatarFrames(3, 64), { silent: true, filter: 'format=yuv420p10le', args });
    const { code, message } = await failure(adapter.open(file));
    expect(code).toBe('FSAE_MEDIA_FILM_HDR');
    expect(message).toContain('tonemap');
  });

  test.each(['.mkv', '.avi', ''])('a film cannot be written as "film%s"', async (ending) => {
    const { code, message } = await failure(adapter.create(join(await folder(), `film${ending}`), { info: INFO }));
    expect(code).toBe('FSAE_MEDIA_FILM_ENDING');
    expect(message).toContain('.mp4');
  });

  test('a folder that is not there is no place for a film', async () => {
    const path = join(await folder(), 'missing', 'film.mp4');
    expect(await failure(write(adapter, path, 40))).toMatchObject({ code: 'FSAE_MEDIA_FILM_NOT_WRITTEN' });
  });

  test('sound that the container cannot hold is not converted', async () => {
    const made = await folder();
    const source = join(made, 'source.mov');
    await makeFilm(source, await avatarFrames(5, 32), { args: ['-c:a', 'pcm_alaw'] });
    const attempt = await failure(write(adapter, join(made, 'film.mp4'), 5, source));
    expect(attempt.code).toBe('FSAE_MEDIA_SOUND_NOT_COPIED');
    expect(attempt.message).toContain('pcm_alaw');
    expect(readdirSync(made)).toEqual(['source.mov']);
    await write(adapter, join(made, 'film.mov'), 5, source);
    expect(readdirSync(made).sort()).toEqual(['film.mov', 'source.mov']);
  });

  test('a picture of another size is refused', async () => {
    const made = await folder();
    const writer = await adapter.create(join(made, 'film.mp4'), { info: INFO });
    await writer.write(flat(32, 32, [1, 2, 3]));
    expect((await failure(writer.write(flat(32, 30, [1, 2, 3])))).code).toBe('FSAE_MEDIA_FRAME_SIZE');
    await writer.abort();
    expect(readdirSync(made)).toEqual([]);
  });

  test('a film that is given up leaves nothing, and what stood there stays', async () => {
    const made = await folder();
    const path = join(made, 'film.mp4');
    writeFileSync(path, 'what was there');
    const writer = await adapter.create(path, { info: INFO });
    for (let i = 0; i < 20; i++) await writer.write(flat(32, 32, [i, 0, 0]));
    expect(readFileSync(path, 'utf8')).toBe('what was there');
    await writer.abort();
    await writer.abort();
    expect(readdirSync(made)).toEqual(['film.mp4']);
    expect(readFileSync(path, 'utf8')).toBe('what was there');
  });

  test('a complete film replaces what stood there', async () => {
    const path = join(await folder(), 'film.mp4');
    writeFileSync(path, 'what was there');
    await write(adapter, path, 4);
    expect((await readAll(await adapter.open(path))).pictures).toHaveLength(4);
  });

  test('one may stop reading early, and read again', async () => {
    const file = join(await folder(), 'film.mp4');
    await makeFilm(file, await avatarFrames(30, 64), { silent: true });
    const reader = await adapter.open(file);
    for await (const { index } of reader.frames()) if (index === 3) break;
    expect((await readAll(reader)).pictures).toHaveLength(30);
    const open = reader.frames()[Symbol.asyncIterator]();
    await open.next();
    await reader.close();
    await reader.close();
  });
});

describe('without anything to read films', () => {
  test('both remedies are named', async () => {
    const empty = await folder();
    const { code, message } = await failure(videoAdapter({ environment: { PATH: empty }, modules: [empty] }));
    expect(code).toBe('FSAE_MEDIA_NO_VIDEO');
    expect(message).toContain('npm i node-av');
    expect(message).toContain('FFMPEG_PATH');
    expect(message).toContain('no ffmpeg on PATH');
  });

  test('an FFMPEG_PATH that leads nowhere is not passed over', async () => {
    const made = await folder();
    const named = join(made, 'nowhere');
    expect(findPrograms({ ...process.env, FFMPEG_PATH: named })).toBe(`FFMPEG_PATH names no program: ${named}`);
  });
});

/** An executable that does what the script says. */
function script(file: string, body: string): string {
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

test.skipIf(process.platform !== 'linux')('Ctrl-C does not reach the programs behind our back', async () => {
  const groupOf = (stat: string) => stat.split(' ')[4];
  const { output } = await run('cat', ['/proc/self/stat']);
  expect(groupOf(output)).toMatch(/^\d+$/);
  expect(groupOf(output)).not.toBe(groupOf(readFileSync('/proc/self/stat', 'utf8')));
});

describe.skipIf(typeof programs === 'string')('ffmpeg in trouble', () => {
  const real = programs as Exclude<typeof programs, string>;

  test('FFMPEG_PATH may name the program or its folder', async () => {
    const made = await folder();
    const [own, ownProbe] = [script(join(made, 'ffmpeg'), 'exit 0'), script(join(made, 'ffprobe'), 'exit 0')];
    const expected = { ffmpeg: own, ffprobe: ownProbe };
    expect(findPrograms({ PATH: '', FFMPEG_PATH: own })).toEqual(expected);
    expect(findPrograms({ PATH: '', FFMPEG_PATH: made })).toEqual(expected);
    expect(findPrograms({ PATH: `/nowhere${delimiter}${made}` })).toEqual(expected);
  });

  test('a full disk leaves nothing behind', async () => {
    const made = await folder();
    // Asked for its version it says nothing; else it begins to write and finds the disk full.
    const body = `[ "$1" = -version ] && exit 0; for last; do :; done; echo half > "\${last#file:}"; echo "av_interleaved_write_frame(): No space left on device" >&2; exit 1`;
    const full = ffmpegAdapter({ ...real, ffmpeg: script(join(made, 'full'), body) });
    const path = join(made, 'film.mp4');
    expect(await failure(write(full, path, 200))).toMatchObject({ code: 'FSAE_MEDIA_NO_SPACE' });
    expect(readdirSync(made)).toEqual(['full']);
  });

  test('an ffmpeg without H.264 is named', async () => {
    const made = await folder();
    const without = ffmpegAdapter({
      ...real,
      ffmpeg: script(join(made, 'lgpl'), `echo "Unknown encoder 'libx264'" >&2; exit 1`),
    });
    const { code, message } = await failure(write(without, join(made, 'film.mp4'), 3));
    expect(code).toBe('FSAE_MEDIA_NO_H264');
    expect(message).toContain('lgpl');
  });

  test('frames that get lost are missed, and the film is removed', async () => {
    const made = await folder();
    const count = script(
      join(made, 'count'),
      `"${real.ffprobe}" "$@" | sed 's/"nb_read_packets": "12"/"nb_read_packets": "11"/'`,
    );
    const { code, message } = await failure(
      write(ffmpegAdapter({ ...real, ffprobe: count }), join(made, 'film.mp4'), 12),
    );
    expect(code).toBe('FSAE_MEDIA_FRAMES_LOST');
    expect(message).toMatch(/12 frames[\s\S]*11 frames/);
    expect(readdirSync(made)).toEqual(['count']);
  });

  test('what fails before a film gets its name keeps it from appearing', async () => {
    const made = await folder();
    const adapter = ffmpegAdapter(real, async (file) => {
      expect(existsSync(file)).toBe(true);
      throw new Error('no stamp');
    });
    expect((await failure(write(adapter, join(made, 'film.mp4'), 3))).message).toBe('no stamp');
    expect(readdirSync(made)).toEqual([]);
  });
});
