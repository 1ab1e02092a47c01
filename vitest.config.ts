import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'test'],
    // Two cores: more workers than that only makes every timing worse.
    maxWorkers: 2,
  },
});
