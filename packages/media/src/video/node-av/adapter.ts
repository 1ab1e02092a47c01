import type { VideoAdapter } from '../../contracts.js';
import { type BeforePublish, createTarget } from '../target.js';
import type { Library } from './library.js';
import { probe } from './probe.js';
import { openFilm } from './reader.js';
import { createFilm } from './writer.js';

/** The optional peer node-av: FFmpeg's libraries inside this process. */
export function nodeAvAdapter(library: Library, beforePublish?: BeforePublish): VideoAdapter {
  return {
    name: 'node-av',
    available: async () => true,
    open: (path) => openFilm(library, path),
    async create(path, { info, audioFrom }) {
      const target = createTarget(path, beforePublish);
      const source = audioFrom === undefined ? undefined : await probe(library, audioFrom);
      return createFilm(library, target, info, source);
    },
  };
}
