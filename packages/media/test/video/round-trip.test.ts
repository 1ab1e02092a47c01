import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Raster, VideoAdapter, VideoInfo } from '../../src/contracts.js';
import { describeAdapters } from './adapters.js';
import {
  avatarFrames,
  colourAt,
  decode,
  difference,
  ffmpeg,
  flat,
  folder,
  makeFilm,
  readAll,
  soundHash,
  streams,
} from './films.js';

/** Writes what was read: the film a swap makes when it finds no face. */
async function copy(adapter: VideoAdapter, from: string, to: string): Promise<{ pictures: Raster[]; info: VideoInfo }> {
  const reader = await adapter.open(from);
  const writer = await adapter.create(to, { info: reader.info, audioFrom: from });
  const pictures: Raster[] = [];
  for await (const { picture } of reader.frames()) {
    pictures.push(picture);
    await writer.write(picture);
  }
  await reader.close();
  expect((await writer.finish()).frames).toBe(pictures.length);
  return { pictures, info: reader.info };
}

describeAdapters(({ adapter }) => {
  test('a film in, a film out: every frame, the rate, the colours, the sound', async () => {
    const made = await folder();
    const [source, result] = [join(made, 'source.mp4'), join(made, 'result.mp4')];
    const drawn = await avatarFrames(30, 96);
    await makeFilm(source, drawn, { rate: '30000/1001', args: ['-c:a', 'aac'] });

    const { pictures, info } = await copy(adapter, source, result);

    const frameRate = { numerator: 30000, denominator: 1001 };
    expect(info).toEqual({ width: 96, height: 96, frameRate, frames: 30, audio: true });
    expect(pictures).toHaveLength(30);
    for (const [i, { data }] of pictures.entries()) expect(difference(data, drawn[i]!.data)).toBeLessThan(4);
    const [video] = await streams(result);
    expect(video).toMatchObject({
      codec_name: 'h264',
      pix_fmt: 'yuv420p',
      color_space: 'bt709',
      color_primaries: 'bt709',
      color_transfer: 'bt709',
      color_range: 'tv',
      avg_frame_rate: '30000/1001',
      nb_frames: '30',
    });
    const second = await decode(result, 'scale=out_range=pc', 96 * 96 * 3);
    for (const [i, data] of second.entries()) expect(difference(data, drawn[i]!.data)).toBeLessThan(5);
    expect(await soundHash(result)).toBe(await soundHash(source));
    expect((await readdir(made)).sort()).toEqual(['result.mp4', 'source.mp4']);
  });

  test.each([
    [[200, 40, 40]],
    [[40, 180, 60]],
    [[30, 60, 210]],
    [[220, 150, 120]],
    [[16, 16, 16]],
    [[240, 240, 240]],
  ] as const)('colour %j comes back within 2 by a decoder told nothing but the tags', async (colour) => {
    const path = join(await folder(), 'flat.mp4');
    const frameRate = { numerator: 25, denominator: 1 };
    const info = { width: 64, height: 48, frameRate, frames: null, audio: false };
    const writer = await adapter.create(path, { info });
    for (let i = 0; i < 3; i++) await writer.write(flat(64, 48, colour));
    await writer.finish();
    const [first] = await decode(path, 'scale=out_range=pc', 64 * 48 * 3);
    const seen = colourAt({ width: 64, height: 48, data: first! }, 32, 24);
    for (const [c, value] of seen.entries()) expect(Math.abs(value - colour[c]!)).toBeLessThanOrEqual(2);
  });

  test.each([
    ['tagged bt709', 'bt709', 'tv', true, 64, 48],
    ['tagged bt601', 'smpte170m', 'tv', true, 64, 48],
    ['tagged full range', 'bt709', 'pc', true, 64, 48],
    ['untagged and small: bt601', 'smpte170m', 'tv', false, 64, 48],
    ['untagged and large: bt709', 'bt709', 'tv', false, 64, 720],
  ] as const)('reads the colours of a film that is %s', async (_, matrix, range, tagged, width, height) => {
    const path = join(await folder(), 'source.mkv');
    const colour = [200, 40, 40] as const;
    const filter = `scale=in_range=pc:out_range=${range}:out_color_matrix=${matrix},format=yuv444p`;
    const tags = tagged ? ['-colorspace', matrix, '-color_range', range] : [];
    await makeFilm(path, Array(3).fill(flat(width, height, colour)), {
      filter: tagged ? filter : `${filter},setparams=colorspace=unknown`,
      args: ['-c:v', 'libx264', '-crf', '4', ...tags],
      silent: true,
    });
    const reader = await adapter.open(path);
    const { pictures } = await readAll(reader);
    const seen = colourAt(pictures[1]!, 32, 24);
    for (const [c, value] of seen.entries()) expect(Math.abs(value - colour[c]!)).toBeLessThanOrEqual(2);
  });

  test('a film without sound stays without', async () => {
    const made = await folder();
    const source = join(made, 'silent.mov');
    await makeFilm(source, await avatarFrames(5, 64), { silent: true });
    const { info } = await copy(adapter, source, join(made, 'result.mov'));
    expect(info.audio).toBe(false);
    expect(await streams(join(made, 'result.mov'))).toHaveLength(1);
  });

  test('two sound tracks are copied, each bit for bit', async () => {
    const made = await folder();
    const [source, result] = [join(made, 'two.mp4'), join(made, 'result.mp4')];
    const args = ['-map', '0:v', '-map', '1:a', '-map', '1:a', '-c:a:0', 'aac', '-c:a:1', 'flac', '-strict', '-2'];
    await makeFilm(source, await avatarFrames(10, 64), { args });
    await copy(adapter, source, result);
    expect((await streams(result)).map(({ codec_name }) => codec_name)).toEqual(['h264', 'aac', 'flac']);
    expect(await soundHash(result)).toBe(await soundHash(source));
  });

  test.each([
    ['pictures', 0.2],
    ['the sound', -0.2],
  ])('%s that started late still do', async (_, delay) => {
    const made = await folder();
    const [straight, source, result] = ['straight.mp4', 'late.mp4', 'result.mp4'].map((name) => join(made, name));
    await makeFilm(straight!, await avatarFrames(25, 64));
    await ffmpeg(
      ...(delay > 0 ? ['-itsoffset', `${delay}`] : []),
      '-i',
      straight!,
      ...(delay < 0 ? ['-itsoffset', `${-delay}`] : []),
      '-i',
      straight!,
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-c',
      'copy',
      source!,
    );
    const { pictures } = await copy(adapter, source!, result!);
    expect(pictures).toHaveLength(25);
    const startOf = async (path: string) => {
      const [video, sound] = (await streams(path)).map(({ start_time }) => Number(start_time));
      return video! - sound!;
    };
    expect(await startOf(source!)).toBeCloseTo(delay, 1);
    expect(await startOf(result!)).toBeCloseTo(await startOf(source!), 2);
    expect(await soundHash(result!)).toBe(await soundHash(source!));
  });

  test('odd sides are made even by repeating the last column and row', async () => {
    const made = await folder();
    const [source, result] = [join(made, 'odd.mkv'), join(made, 'even.mp4')];
    await makeFilm(source, await avatarFrames(4, 65), { args: ['-c:v', 'ffv1', '-pix_fmt', 'bgr0'], silent: true });
    const { pictures, info } = await copy(adapter, source, result);
    expect([info.width, info.height]).toEqual([65, 65]);
    expect(pictures[0]!.data).toHaveLength(65 * 65 * 3);
    expect((await streams(result))[0]).toMatchObject({ width: 66, height: 66 });
    const [first] = await decode(result, 'scale=out_range=pc', 66 * 66 * 3);
    const even = { width: 66, height: 66, data: first! };
    const picture = pictures[0]!;
    for (const [x, y] of [
      [65, 10],
      [65, 50],
      [10, 65],
      [50, 65],
      [65, 65],
      [20, 20],
    ] as const) {
      const expected = colourAt(picture, Math.min(x, 64), Math.min(y, 64), 0);
      const seen = colourAt(even, x, y, 0);
      for (const [c, value] of seen.entries()) expect(Math.abs(value - expected[c]!)).toBeLessThan(24);
    }
  });
});
