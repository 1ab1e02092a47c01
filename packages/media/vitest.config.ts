import { defineProject } from 'vitest/config';

export default defineProject({
  ssr: { resolve: { conditions: ['@fsae/source', 'node', 'import'] } },
  test: { testTimeout: 60_000 },
});
