// `npm test`: sets up and runs every test; arguments go to vitest.
import { build, install, run } from './setup.mjs';

install();
build();
run('npx', ['vitest', 'run', ...process.argv.slice(2)]);
