// Draws docs/pictures/avatars.png and avatars-landmarks.png: pnpm build, then node scripts/avatar-sheets.mjs
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { avatar, knownPeople, landmarkParts, neutral, person } from '@fsae/avatars';

// The workspace itself does not depend on sharp; the package does.
const sharp = createRequire(new URL('../packages/avatars/package.json', import.meta.url))('sharp');
const folder = new URL('../docs/pictures/', import.meta.url);

const poses = [
  neutral,
  { ...neutral, yaw: -0.3, pitch: -0.05, roll: -2, open: 0.35, smile: 1, gazeX: -0.4, brow: 0.5, lightX: -0.7 },
  { ...neutral, yaw: 0.32, pitch: 0.08, roll: 3, smile: -0.6, gazeX: 0.6, brow: -0.6, lightX: 0.9, light: -0.35 },
  {
    ...neutral,
    yaw: 0.12,
    pitch: -0.13,
    roll: -3,
    open: 1,
    smile: 0.2,
    brow: 1,
    gazeY: -0.4,
    lightX: -0.3,
    light: 0.4,
  },
  { ...neutral, yaw: -0.18, pitch: 0.12, roll: 2, open: 0.1, smile: 0.8, blink: 0.9, brow: 0.2, lightX: 0.5 },
];

/** A column per person, a row per pose. */
async function drawSheet({ name, people, rows, size, tile, png }) {
  const tiles = rows.flatMap((pose, row) =>
    people.map(async (number, column) => ({
      input: await tile(avatar(person(number), pose), size),
      left: column * size,
      top: row * size,
    })),
  );
  const canvas = { width: people.length * size, height: rows.length * size, channels: 3, background: '#000' };
  const picture = sharp({ create: canvas }).composite(await Promise.all(tiles));
  const { size: bytes } = await picture.png(png).toFile(new URL(name, folder).pathname);
  console.log(`docs/pictures/${name}: ${canvas.width}x${canvas.height}, ${Math.round(bytes / 1000)} kB`);
}

const plain = (it, size) =>
  sharp(Buffer.from(it.svg(size)))
    .png()
    .toBuffer();

const colours = {
  jaw: '#ffd166',
  leftBrow: '#06d6a0',
  rightBrow: '#06d6a0',
  nose: '#4cc9f0',
  leftEye: '#f72585',
  rightEye: '#f72585',
  lips: '#ffffff',
  inside: '#b5e48c',
};
const loops = ['leftEye', 'rightEye', 'lips', 'inside'];

async function withLandmarks(it, size) {
  const at = (i) => `${(it.landmarks[2 * i] * size).toFixed(1)},${(it.landmarks[2 * i + 1] * size).toFixed(1)}`;
  const parts = Object.entries(landmarkParts).map(([part, [first, count]]) => {
    const points = Array.from({ length: count }, (_, i) => at(first + i));
    const line = `<${loops.includes(part) ? 'polygon' : 'polyline'} points="${points.join(' ')}" fill="none" stroke="${colours[part]}" stroke-width="1" opacity=".7"/>`;
    return (
      line +
      points
        .map(
          (p) =>
            `<circle cx="${p.split(',')[0]}" cy="${p.split(',')[1]}" r="1.9" fill="${colours[part]}" stroke="#000" stroke-width=".5"/>`,
        )
        .join('')
    );
  });
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">${parts.join('')}</svg>`;
  return sharp(await plain(it, size))
    .composite([{ input: Buffer.from(overlay) }])
    .png()
    .toBuffer();
}

await mkdir(folder, { recursive: true });
await drawSheet({
  name: 'avatars.png',
  people: Array.from({ length: knownPeople }, (_, i) => i + 1),
  rows: poses,
  size: 78,
  tile: plain,
  png: { compressionLevel: 9, adaptiveFiltering: true },
});
await drawSheet({
  name: 'avatars-landmarks.png',
  people: [1, 2, 16, 10],
  rows: poses.slice(0, 4),
  size: 300,
  tile: withLandmarks,
  png: { palette: true, effort: 10 },
});
