import { definePlugin } from '@fsae/core';
import { adversarial } from './adversarial.js';

export type { AdversarialOptions } from './options.js';

export default definePlugin({ name: '@fsae/loss-adversarial', api: 1, losses: { adversarial } });
