import type { VideoAdapter } from '../../src/contracts.js';
import { ffmpegAdapter } from '../../src/video/ffmpeg/adapter.js';
import { programs } from './films.js';

/** Every adapter that works on this machine; the films themselves are made by ffmpeg, so without it there is none. */
export const adapters: { readonly name: string; readonly adapter: VideoAdapter }[] = [];

if (typeof programs !== 'string') {
  adapters.push({ name: 'ffmpeg', adapter: ffmpegAdapter(programs) });
}
