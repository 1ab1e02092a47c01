import type { ScheduleConfig } from '../config/define.js';

/** Learning rate of step `index` (1 for the first) of `steps`: linear warm-up times constant or half a cosine (Loshchilov & Hutter 2017). */
export function learningRate(base: number, schedule: Required<ScheduleConfig>, index: number, steps: number): number {
  const { warmup, decay, final } = schedule;
  const rise = warmup > 0 ? Math.min(1, index / warmup) : 1;
  if (decay === 'constant') return base * rise;
  const progress = Math.min(1, (index - 1) / steps);
  return base * rise * (final + (1 - final) * (0.5 + 0.5 * Math.cos(Math.PI * progress)));
}
