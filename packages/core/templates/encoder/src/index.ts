import { definePlugin } from '@fsae/core';
import { encoder } from './encoder.js';

export type { Options } from './options.js';

export default definePlugin({ name: 'fsae-encoder-part-name', api: 1, encoders: { 'part-name': encoder } });
