import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Raster } from '../../src/contracts.js';
import { describeAdapters } from './adapters.js';
import { colourAt, decode, ffmpeg, flat, folder, makeFilm, readAll, streams } from './films.js';

/** Frame i is grey of brightness 8 i: a picture says which one it is. */
const numbered = (count: number): Raster[] =>
  Array.from({ length: count }, (_, i) => flat(32, 32, [8 * i, 8 * i, 8 * i]));
const numberOf = (picture: Raster) => Math.round(colourAt(picture, 16, 16)[0]! / 8);

/** Turns the pictures of an mp4 by its header, as a phone that is held upright does. */
function turn(file: string, matrix: readonly number[]): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf('tkhd', 0, 'latin1') + 4 + 40;
  for (const [i, value] of matrix.entries()) bytes.writeInt32BE(value * (i % 3 === 2 ? 2 ** 30 : 2 ** 16), at + 4 * i);
  writeFileSync(file, bytes);
}

describeAdapters(({ name, adapter }) => {
  test.each([
    ['24', '.mp4'],
    ['25', '.mkv'],
    ['30000/1001', '.mkv'],
    ['30000/1001', '.mov'],
    ['24000/1001', '.mp4'],
    ['50', '.mp4'],
    ['60', '.webm'],
    ['15', '.avi'],
  ])('%s frames a second in %s: every frame once, in order, at its time', async (rate, ending) => {
    const file = join(await folder(), `film${ending}`);
    const args = ending === '.webm' ? ['-c:v', 'libvpx', '-b:v', '2M', '-auto-alt-ref', '0'] : [];
    await makeFilm(file, numbered(31), { rate, args, silent: true });
    const reader = await adapter.open(file);
    const [numerator = 0, denominator = 1] = rate.split('/').map(Number);
    expect(reader.info.frameRate.numerator / reader.info.frameRate.denominator).toBeCloseTo(numerator / denominator, 5);
    const { pictures, times } = await readAll(reader);
    expect(pictures.map(numberOf)).toEqual(numbered(31).map((_, i) => i));
    for (const [i, time] of times.entries()) expect(time).toBeCloseTo((i * denominator) / numerator, 6);
  });

  test('a film whose frames last for different times stays in time at its average rate', async () => {
    const made = await folder();
    const [steady, varying] = [join(made, 'steady.mkv'), join(made, 'varying.mp4')];
    // An encoder keeps times to the source's frame: a hundred and twentieth of a second.
    await makeFilm(steady, numbered(30), { rate: '120', silent: true });
    // Second 0 at 10 frames a second, then 20 frames at 40: as a phone does that finds more light.
    const shown = (i: number) => (i < 10 ? i / 10 : 1 + (i - 10) / 40);
    const times = 'if(lt(N,10),N/10,1+(N-10)/40)/TB';
    await ffmpeg('-i', steady, '-vf', `settb=1/1200,setpts='${times}'`, '-vsync', 'passthrough', '-crf', '10', varying);

    const reader = await adapter.open(varying);
    const { numerator, denominator } = reader.info.frameRate;
    expect(numerator / denominator).toBeCloseTo(20, 0);
    expect(reader.info.frames).toBeNull();
    const read = await readAll(reader);
    const period = denominator / numerator;
    expect(read.pictures.length * period).toBeCloseTo(1.5, 1);
    for (const [i, picture] of read.pictures.entries()) {
      // The source shows it at this time, give or take half a frame.
      const [number, time] = [numberOf(picture), read.times[i]!];
      expect(shown(number)).toBeLessThanOrEqual(time + period / 2 + 1e-3);
      expect(shown(number + 1)).toBeGreaterThanOrEqual(time - period / 2 - 1e-3);
    }
  });

  test.each([
    [90, [0, 1, 0, -1, 0, 0, 0, 0, 1]],
    [180, [-1, 0, 0, 0, -1, 0, 0, 0, 1]],
    [270, [0, -1, 0, 1, 0, 0, 0, 0, 1]],
  ])('a film that is to be turned by %i degrees is read upright and written so', async (degrees, matrix) => {
    const made = await folder();
    const [source, result] = [join(made, 'turned.mp4'), join(made, 'upright.mp4')];
    // Red above left, green above right, blue below left, as stored.
    const stored = flat(64, 32, [0, 0, 0]);
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 64; x++) {
        if (y < 16 || x < 32) stored.data[(y * 64 + x) * 3 + (y < 16 ? (x < 32 ? 0 : 1) : 2)] = 220;
      }
    }
    await makeFilm(source, [stored, stored, stored], { silent: true });
    turn(source, matrix);
    const reader = await adapter.open(source);
    const [width, height] = degrees === 180 ? [64, 32] : [32, 64];
    expect(reader.info).toMatchObject({ width, height });
    const { pictures } = await readAll(reader);
    const writer = await adapter.create(result, { info: reader.info });
    for (const picture of pictures) await writer.write(picture);
    await writer.finish();
    const [left, right, top, bottom] = [width * 0.25, width * 0.75, height * 0.25, height * 0.75];
    // Where the corner above left of the stored picture is seen, and the one after it clockwise.
    const corners = [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ] as const;
    const [red, green] = [corners[degrees / 90]!, corners[(degrees / 90 + 1) % 4]!];
    const again = await readAll(await adapter.open(result));
    for (const picture of [pictures[1]!, again.pictures[1]!]) {
      const strongest = ([x, y]: readonly [number, number]) => {
        const colour = colourAt(picture, x, y, 2);
        return colour.indexOf(Math.max(...colour));
      };
      expect([strongest(red), strongest(green)]).toEqual([0, 1]);
    }
    const [video] = await streams(result);
    expect(video).toMatchObject({ width, height });
    expect(video).not.toHaveProperty('side_data_list');
  });

  // node-av does not tell which films are interlaced.
  test.skipIf(name === 'node-av')('fields of an interlaced film are not shown as a comb', async () => {
    const file = join(await folder(), 'interlaced.mp4');
    // A bar that moves: the two fields of a frame show it at different places.
    const bars = Array.from({ length: 16 }, (_, i) => {
      const picture = flat(64, 64, [16, 16, 16]);
      for (let y = 0; y < 64; y++) picture.data.fill(230, (y * 64 + 3 * i) * 3, (y * 64 + 3 * i + 12) * 3);
      return picture;
    });
    await makeFilm(file, bars, {
      rate: '50',
      silent: true,
      filter: 'interlace=scan=tff:lowpass=off',
      args: ['-c:v', 'libx264', '-flags', '+ildct+ilme', '-x264opts', 'tff=1', '-crf', '4', '-pix_fmt', 'yuv420p'],
    });
    const reader = await adapter.open(file);
    expect(reader.info.frameRate).toEqual({ numerator: 25, denominator: 1 });
    const { pictures } = await readAll(reader);
    expect(pictures).toHaveLength(8);
    const combs = (picture: Raster) => {
      const grey = (x: number, y: number) => picture.data[(y * 64 + x) * 3]!;
      let count = 0;
      for (let y = 8; y < 56; y++) {
        for (let x = 0; x < 64; x++) {
          const [above, here, below] = [grey(x, y - 1), grey(x, y), grey(x, y + 1)];
          if (Math.abs(above - below) < 30 && Math.abs(here - above) > 100) count++;
        }
      }
      return count;
    };
    const raw = await decode(file, 'null', 64 * 64 * 3);
    expect(combs({ width: 64, height: 64, data: raw[4]! })).toBeGreaterThan(100);
    expect(combs(pictures[4]!)).toBeLessThan(20);
  });

  test('pixels that are not square are made so', async () => {
    const file = join(await folder(), 'wide.mp4');
    await makeFilm(file, numbered(3), { filter: 'setsar=3/2', silent: true });
    const reader = await adapter.open(file);
    expect(reader.info).toMatchObject({ width: 48, height: 32 });
    expect((await readAll(reader)).pictures[2]).toMatchObject({ width: 48, height: 32 });
  });
});
