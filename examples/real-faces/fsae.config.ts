import { defineConfig } from '@fsae/core';

// Two folders of aligned face crops, one person each: SRC=... DST=... npx fsae train
export default defineConfig(() => ({
  name: process.env['NAME'] ?? 'real-faces',
  identities: {
    src: process.env['SRC'] ?? 'faces/src',
    dst: process.env['DST'] ?? 'faces/dst',
  },
  preset: 'small-real',
  // A step of this size is too small to share among threads.
  backend: { use: 'auto', threads: 1 },
}));
