import { definePlugin } from '@fsae/core';
import { lpips } from './lpips.js';

export type { LpipsOptions } from './options.js';

export default definePlugin({ name: '@fsae/loss-lpips', api: 1, losses: { lpips } });
