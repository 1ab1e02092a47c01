// Packs every package as npm would get it and asks publint and attw whether a stranger can use the tarball.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { pnpm, root } from './setup.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fsae-pack-'));
let problems = 0;
const complain = (name, text) => {
  problems++;
  console.error(`${name}: ${text}`);
};
try {
  for (const name of readdirSync(join(root, 'packages'))) {
    pnpm('--dir', join(root, 'packages', name), 'pack', '--pack-destination', folder, '--silent');
  }
  for (const file of readdirSync(folder)) {
    const tarball = readFileSync(join(folder, file));
    const manifest = JSON.parse(
      execFileSync('tar', ['-xzOf', join(folder, file), 'package/package.json'], { encoding: 'utf8' }),
    );
    const { messages } = await publint({
      pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) },
    });
    for (const message of messages) complain(manifest.name, formatMessage(message, manifest));
    const text = JSON.stringify(manifest);
    if (text.includes('@fsae/source')) complain(manifest.name, 'the source condition was published');
    if (text.includes('workspace:')) complain(manifest.name, 'a workspace range was published');
    const analysis = await checkPackage(createPackageFromTarballData(tarball));
    if (analysis.types === false) complain(manifest.name, 'no types');
    // Our packages are ESM only: what CommonJS and node10 resolution find does not matter.
    const found = (analysis.problems ?? []).filter(
      ({ kind, resolutionKind }) =>
        kind !== 'CJSResolvesToESM' && resolutionKind !== 'node10' && resolutionKind !== 'node16-cjs',
    );
    for (const problem of found) complain(manifest.name, `types: ${problem.kind} ${problem.entrypoint ?? ''}`);
    console.log(`${manifest.name} ${manifest.version}: ${(tarball.length / 1024).toFixed(0)} kB`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = problems === 0 ? 0 : 1;
