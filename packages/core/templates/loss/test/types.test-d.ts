import { defineConfig } from '@fsae/core';
import '../src/index.js';

// Compiled by `npm run typecheck`: each line either must or must not type.
const identities = { src: 'faces/src', dst: 'faces/dst' };

defineConfig({ identities, losses: { 'part-name': 0.5 } });
defineConfig({ identities, losses: { 'part-name': { weight: 0.5, epsilon: 0.01 } } });

// @ts-expect-error: a number
defineConfig({ identities, losses: { 'part-name': { epsilon: 'small' } } });
