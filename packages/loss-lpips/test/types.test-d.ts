import { defineConfig } from '@fsae/core';
import '../src/index.js';

// Compiled with the tests (tsc -b): each line either must or must not type.
const identities = { src: 'faces/src', dst: 'faces/dst' };

defineConfig({ identities, losses: { lpips: 0.5 } });
defineConfig({ identities, losses: { lpips: { weight: 0.5, net: 'alex', weights: 'models/alex.json' } } });

// @ts-expect-error: no such network
defineConfig({ identities, losses: { lpips: { net: 'vgg' } } });
