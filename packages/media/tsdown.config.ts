import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  target: 'node20',
  dts: { sourcemap: true },
  sourcemap: true,
  fixedExtension: false,
  publint: true,
  attw: { profile: 'esm-only' },
});
