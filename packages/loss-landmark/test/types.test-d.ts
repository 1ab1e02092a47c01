import { defineConfig } from '@fsae/core';
import '../src/index.js';

// Compiled with the tests (tsc -b): each line either must or must not type.
const identities = { src: 'faces/src', dst: 'faces/dst' };

defineConfig({ identities, losses: { landmark: { model: 'lm68' } } });
defineConfig({ identities, losses: { landmark: { weight: 2, model: 'avatars', groups: { eyes: 2 }, swap: true } } });

// @ts-expect-error: no such group
defineConfig({ identities, losses: { landmark: { groups: { ears: 1 } } } });
