import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from './execute.js';
import type { Tools } from './tools.js';

/**
 * Lays out libtensorflow and its C headers as tfjs-node expects them, out of the wheel that PyPI has:
 * deps/lib/libtensorflow*.so, deps/include/tensorflow/c/...; with `gpu` also NVIDIA's libraries, where the loader of
 * libtensorflow looks for them (deps/nvidia).
 *
 * @param work an empty folder for the wheels
 * @param deps the folder to fill
 */
export async function layOutTensorFlow(
  { python }: Tools,
  { work, deps, version, gpu }: { work: string; deps: string; version: string; gpu: boolean },
): Promise<void> {
  const download = async (step: string, requirements: readonly string[]) => {
    const list = [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--disable-pip-version-check',
      '-q',
      '-d',
      work,
    ];
    await execute({ step, command: python, arguments: [...list, ...requirements] });
  };
  // The wheel named tensorflow is built with CUDA; tensorflow-cpu is not, at half the size.
  await download(`downloading TensorFlow ${version}`, [`${gpu ? 'tensorflow' : 'tensorflow-cpu'}==${version}`]);
  const unpack = async (what: 'tensorflow' | 'nvidia', wheels: readonly string[]) => {
    const list = ['-c', unpackScript, what, deps, ...wheels.map((wheel) => join(work, wheel))];
    return execute({ step: `unpacking ${what}`, command: python, arguments: list });
  };
  const [wheel] = await wheelsIn(work);
  await mkdir(join(deps, 'lib'), { recursive: true });
  const requirements = (await unpack('tensorflow', [wheel as string])).split('\n').filter((line) => line !== '');
  for (const [name, file] of [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ] as const) {
    await symlink(file, join(deps, 'lib', name));
  }
  if (!gpu) return;
  await download('downloading the CUDA libraries', requirements);
  await unpack(
    'nvidia',
    (await wheelsIn(work)).filter((name) => name !== wheel),
  );
}

async function wheelsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.whl'));
}

/** Takes out what is needed; of TensorFlow's wheel it prints the requirements of its extra `and-cuda`. */
const unpackScript = `
import os, re, shutil, sys, zipfile
what, deps, wheels = sys.argv[1], sys.argv[2], sys.argv[3:]
def put(archive, name, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with archive.open(name) as source, open(path, 'wb') as target:
        shutil.copyfileobj(source, target, 1 << 24)
for wheel in wheels:
    archive = zipfile.ZipFile(wheel)
    for name in archive.namelist():
        parts = name.split('/')
        if what == 'nvidia':
            if parts[0] == 'nvidia' and '.so' in parts[-1]:
                put(archive, name, os.path.join(deps, *parts))
        elif len(parts) == 2 and parts[1] in ('libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'):
            put(archive, name, os.path.join(deps, 'lib', parts[1]))
        elif name.startswith('tensorflow/include/') and name.endswith('.h') and any(
                part in name for part in ('/tensorflow/c/', '/tsl/', '/xla/tsl/', '/tensorflow/core/platform/')):
            put(archive, name, os.path.join(deps, 'include', *parts[2:]))
        elif parts[-1] == 'METADATA' and parts[0].endswith('.dist-info'):
            for line in archive.read(name).decode().splitlines():
                found = re.match(r'Requires-Dist: (nvidia-[^;]+);.*and-cuda', line)
                if found:
                    print(found.group(1).replace(' ', '').replace('(', '').replace(')', ''))
`;
