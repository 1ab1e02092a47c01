import { definePlugin } from '@fsae/core';
import { loss } from './loss.js';

export type { Options } from './options.js';

export default definePlugin({ name: 'fsae-loss-part-name', api: 1, losses: { 'part-name': loss } });
