import { configDefaults, defineProject } from 'vitest/config';

export default defineProject({
  ssr: { resolve: { conditions: ['@fsae/source', 'node', 'import'] } },
  // A template's tests run in the package that is made of it: test/create-plugin.test.ts.
  test: { testTimeout: 60_000, exclude: [...configDefaults.exclude, 'templates/**'] },
});
