// A long-lived process that takes batches from the loader which @fsae/core gives its trainer:
//   node loader.mjs <folder> <avatars|jpg|png> <size> <first|memory> <faces>
// `first`: no face was read before; `memory`: all of them were.
import { join } from 'node:path';
import { train } from '@fsae/core';
import { sayAbsent, serve } from './serve.mjs';

const [folder, source, size, reading, faces] = process.argv.slice(2);
const dataset = (person) =>
  source === 'avatars'
    ? { use: 'avatars', person, count: Number(faces) }
    : { use: 'folder', path: join(folder, source, String(person)), groups: 'none' };
const config = {
  name: `loader-${source}-${size}-${reading}`,
  output: folder,
  preset: 'small',
  size: Number(size),
  // The demo's own expands by a dense layer, whose weights would grow with the fourth power of the size.
  model: { bottleneck: { use: 'spatial', hidden: 96, channels: 64, expand: 'transposed' } },
  identities: { ada: dataset(1), ben: dataset(2) },
  // One of each; frames of a clip (pictures without a group) lose twelve more beside it.
  data: { heldOut: 1 / Number(faces) },
  backend: 'cpu',
};

/** Stands where training would start, takes the batches and lets nothing be trained. */
function measuring(container, controller) {
  const loader = container.resolve(Symbol.for('@fsae/core/loader'));
  let batch = 0;
  async function step() {
    await loader.batch(++batch);
    // As the trainer does after a step: the next batch is put together meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    name: 'measuring',
    async onStart() {
      if (reading === 'memory') await loader.warmUp();
      await serve(step);
      controller.abort();
    },
  };
}

const controller = new AbortController();
await train(
  { config, root: folder },
  { signal: controller.signal, callbacks: (container) => [measuring(container, controller)] },
).catch(sayAbsent);
