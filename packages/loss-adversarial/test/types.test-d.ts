import { defineConfig } from '@fsae/core';
import '../src/index.js';

// Compiled with the tests (tsc -b): each line either must or must not type.
const identities = { src: 'faces/src', dst: 'faces/dst' };

defineConfig({ identities, losses: { adversarial: 0.1 } });
defineConfig({ identities, losses: { adversarial: { weight: 0.1, network: 'map', hidden: [32, 32] } } });
defineConfig({ identities, losses: { adversarial: { weight: { atMost: 0.1, of: 'bits' } } } });
defineConfig({ identities, losses: { adversarial: { objective: 'toward', toward: 'dst' } } });

// @ts-expect-error: no such network
defineConfig({ identities, losses: { adversarial: { network: 'pooled' } } });
// @ts-expect-error: betas are two
defineConfig({ identities, losses: { adversarial: { betas: [0.5] } } });
