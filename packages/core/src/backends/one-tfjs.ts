import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { fsaeError } from '../errors/catalogue.js';

/**
 * Where a package is and which version it has, as seen from a folder or file; undefined when it is not installed. Walks
 * up node_modules by itself: packages with an `exports` map hide their package.json from require.resolve.
 */
export function findPackage(
  name: string,
  from: string,
): { readonly folder: string; readonly version: string } | undefined {
  for (const modules of createRequire(from).resolve.paths(name) ?? []) {
    try {
      const folder = join(modules, name);
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
      return { folder, version };
    } catch {
      // Not in this node_modules: the next one up.
    }
  }
  return undefined;
}

/**
 * tfjs keeps its engine and its registries on `globalThis`. Copies of one version share them and get along; two versions
 * write over each other's kernels and gradients, which shows as wrong numbers or as missing kernels far away.
 *
 * @param name a package that brings a tfjs-core of its own into the process
 * @param folder where that package is installed
 * @throws FSAE_BACKEND_TWO_TFJS
 */
export function assertOneTfjs(name: string, folder: string): void {
  const theirs = findPackage('@tensorflow/tfjs-core', join(folder, 'package.json'));
  if (theirs === undefined || theirs.version === tf.version_core) return;
  const ours = findPackage('@tensorflow/tfjs', import.meta.url);
  throw fsaeError('FSAE_BACKEND_TWO_TFJS', {
    ours: { version: tf.version_core, folder: ours?.folder ?? dirname(import.meta.url) },
    theirs: { version: theirs.version, folder: theirs.folder, name },
  });
}
