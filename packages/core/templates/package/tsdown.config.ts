import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  target: 'node20',
  dts: true,
  fixedExtension: false,
  // Whether a stranger can import what is packed, and whether its types are found.
  publint: true,
  attw: { profile: 'esm-only' },
});
