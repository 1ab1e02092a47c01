import { defineConfig } from '@fsae/core';

export default defineConfig({
  identities: {
    ada: { use: 'avatars', person: 1 },
    ben: { use: 'avatars', person: 2 },
  },
  preset: 'small',
  train: { seed: 1 },
});
