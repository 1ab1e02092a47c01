import { defineConfig } from '@fsae/core';
import edges from './src/edges.js';

export default defineConfig({
  identities: { ada: { use: 'avatars', person: 1 }, ben: { use: 'avatars', person: 2 } },
  losses: {
    l1: 1,
    'latent-statistics': { weight: 15, per: 'cell', momentum: 0.1 },
    edges: { weight: 0.5, distance: 1 },
  },
  plugins: [edges],
});
