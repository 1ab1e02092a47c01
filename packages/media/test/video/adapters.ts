import { describe, test } from 'vitest';
import type { VideoAdapter } from '../../src/contracts.js';
import { ffmpegAdapter } from '../../src/video/ffmpeg/adapter.js';
import { nodeAvAdapter } from '../../src/video/node-av/adapter.js';
import { loadLibrary } from '../../src/video/node-av/library.js';
import { programs } from './films.js';

interface Named {
  readonly name: string;
  readonly adapter: VideoAdapter;
}

/** Every adapter that works on this machine; the films themselves are made by ffmpeg, so without it there is none. */
const adapters: Named[] = [];

if (typeof programs !== 'string') {
  adapters.push({ name: 'ffmpeg', adapter: ffmpegAdapter(programs) });
  // 200 MB that we do not ask everybody to install: scripts/verify-node-av.mjs does.
  const project = process.env['NODE_AV_PROJECT'];
  const library = await loadLibrary(project === undefined ? [import.meta.url] : [project]);
  if (typeof library === 'string') console.warn(`Tests of the adapter node-av are skipped: ${library}.`);
  else adapters.push({ name: 'node-av', adapter: nodeAvAdapter(library) });
}

/** The tests for each adapter. A file without any would fail: where there is no adapter, one stands for them and is skipped. */
export function describeAdapters(tests: (one: Named) => void): void {
  if (adapters.length > 0) describe.each(adapters)('$name', tests);
  else test.skip(`video adapters: ${programs}`, () => {});
}
