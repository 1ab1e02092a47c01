// `npm run fsae -- ARGS`: the CLI from the clone.

import { join } from 'node:path';
import { build, install, root } from './setup.mjs';

install();
build();
await import(join(root, 'packages/core/dist/bin.js'));
