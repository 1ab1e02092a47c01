// Run as a process of its own by crash.test.ts: saves until it is killed, and says each step that is safe.
import { CheckpointStore } from '../../src/checkpoint/store.js';
import { smallContentsOf } from './contents.js';

const folder = process.argv[2] as string;
const logger = { info() {}, warn: (message: string) => console.error(message) };
const store = new CheckpointStore({ folder, keep: 2, logger, clock: { now: Date.now } });
for (let step = Number(process.argv[3]); ; step++) {
  // Every other step is saved twice: replacing a checkpoint must be as safe as adding one.
  for (let time = 0; time <= step % 2; time++) await store.save(smallContentsOf(step));
  process.stdout.write(`${step}\n`);
}
