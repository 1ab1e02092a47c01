import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    bin: 'src/cli/main.ts',
    'testing/index': 'src/testing/index.ts',
    'container/di': 'src/container/di.ts',
    'sweep/worker': 'src/sweep/worker.ts',
  },
  format: 'esm',
  target: 'node20',
  dts: { sourcemap: true },
  sourcemap: true,
  fixedExtension: false,
  publint: true,
  attw: { profile: 'esm-only' },
});
