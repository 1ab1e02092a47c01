// Makes docs/pictures/demo.png, the first picture of README.md, from what `npm run demo` drew.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './setup.mjs';

const sharp = createRequire(join(root, 'packages/core/package.json'))('sharp');
const target = join(root, 'docs/pictures/demo.png');
const { size } = await sharp(join(root, 'runs/demo/preview.png'))
  .keepXmp()
  .png({ palette: true, quality: 90, effort: 9 })
  .toFile(target);
console.log(`${target}: ${(size / 1024).toFixed(0)} kB`);
