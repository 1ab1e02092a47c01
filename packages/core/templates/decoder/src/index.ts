import { definePlugin } from '@fsae/core';
import { decoder } from './decoder.js';

export type { Options } from './options.js';

export default definePlugin({ name: 'fsae-decoder-part-name', api: 1, decoders: { 'part-name': decoder } });
