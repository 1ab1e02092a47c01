import { defineConfig } from '@fsae/core';
import '../src/index.js';

// Compiled with the tests (tsc -b): each line either must or must not type.
const identities = { src: 'faces/src', dst: 'faces/dst' };

defineConfig({ identities, losses: { arcface: 0.3 } });
defineConfig({ identities, losses: { arcface: { weight: 0.3, model: 'mobilefacenet', against: 'centroid' } } });
defineConfig({
  identities,
  losses: { arcface: { model: './models/mine.json', crop: { left: 0.1, top: 0.1, right: 0.9, bottom: 0.9 } } },
});

// @ts-expect-error: no such reference
defineConfig({ identities, losses: { arcface: { against: 'mean' } } });
