import { definePlugin } from '@fsae/core';
import { bottleneck } from './bottleneck.js';

export type { Options } from './options.js';

export default definePlugin({ name: 'fsae-bottleneck-part-name', api: 1, bottlenecks: { 'part-name': bottleneck } });
