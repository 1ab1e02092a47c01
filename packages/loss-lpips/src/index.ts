import { definePlugin } from '@fsae/core';
import { lpips } from './lpips.js';
import { lpips as lpipsMetric } from './metric.js';

export type { LpipsOptions } from './options.js';

export default definePlugin({ name: '@fsae/loss-lpips', api: 1, losses: { lpips }, metrics: { lpips: lpipsMetric } });
