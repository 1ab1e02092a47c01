import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from './execute.js';
import type { Tools } from './tools.js';

/**
 * Compiles tfjs-node's addon for Node's stable interface, version 8: one file serves Node.js 20, 22 and 24.
 *
 * @param folder the package @tensorflow/tfjs-node or -gpu
 * @param deps libtensorflow and its headers
 * @param output folder of the addon
 */
export async function compileAddon(
  { compiler, headers }: Tools,
  folder: string,
  deps: string,
  output: string,
): Promise<void> {
  await mkdir(output, { recursive: true });
  const source = (name: string) => join(folder, 'binding', name);
  await execute({
    step: 'compiling the addon',
    command: compiler,
    arguments: [
      ...['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
      ...['-I', headers, '-I', join(deps, 'include')],
      ...[source('tfjs_backend.cc'), source('tfjs_binding.cc')],
      ...['-L', join(deps, 'lib'), '-ltensorflow', '-ltensorflow_framework'],
      // Seen from lib/napi-v8, so that no LD_LIBRARY_PATH is needed.
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ...['-o', join(output, 'tfjs_binding.node')],
    ],
  });
}
