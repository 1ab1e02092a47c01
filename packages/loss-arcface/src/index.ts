import { definePlugin } from '@fsae/core';
import { arcface } from './arcface.js';
import { swapIdentity } from './swap-identity.js';

export type { ArcfaceOptions } from './options.js';

export default definePlugin({
  name: '@fsae/loss-arcface',
  api: 1,
  losses: { arcface },
  metrics: { swapIdentity },
});
