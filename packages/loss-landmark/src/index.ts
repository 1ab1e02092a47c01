import { definePlugin } from '@fsae/core';
import { landmark } from './landmark.js';

export type { LandmarkOptions } from './options.js';

export default definePlugin({ name: '@fsae/loss-landmark', api: 1, losses: { landmark } });
