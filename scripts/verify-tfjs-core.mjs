// Runs TensorFlow.js's own tests (they are in the npm package @tensorflow/tfjs-core) on the cpu backend and on
// @fsae/backend-onnx and compares: node scripts/verify-tfjs-core.mjs [--only <part of a test's name>]
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache', 'verify-tfjs-core');
const require = createRequire(join(root, 'package.json'));

/** One bundle of tests, tfjs-core and both backends, so that there is a single copy of tfjs-core. */
async function bundle() {
  const umbrella = createRequire(require.resolve('@tensorflow/tfjs'));
  const core = dirname(dirname(umbrella.resolve('@tensorflow/tfjs-core')));
  const cpu = dirname(dirname(umbrella.resolve('@tensorflow/tfjs-backend-cpu')));
  const files = await readdir(join(core, 'dist'), { recursive: true });
  const tests = files.filter((file) => file.endsWith('_test.js')).sort();
  const tfjs = join(cache, 'tfjs.js');
  await mkdir(cache, { recursive: true });
  // What the backend imports as @tensorflow/tfjs: the same copy of tfjs-core, with the cpu kernels.
  await writeFile(tfjs, `export * from '${core}/dist/index.js';\nimport '${cpu}/dist/index.js';\n`);
  await writeFile(
    join(cache, 'environment.js'),
    `import './tfjs.js';
    import '${core}/dist/public/chained_ops/register_all_chained_ops.js';
    import '${core}/dist/register_all_gradients.js';
    import { setTestEnvs } from '${core}/dist/jasmine_util.js';
    import plugin from '${join(root, 'packages/backend-onnx/src/index.ts')}';
    const name = process.env.TFJS_TEST_BACKEND;
    if (name === 'onnx') await plugin.backends.onnx.activate({ threads: 1 });
    setTestEnvs([{ name, backendName: name, isDataSync: true }]);`,
  );
  const imports = tests.map((file) => `import '${core}/dist/${file}';`);
  await writeFile(join(cache, 'tests.js'), [`import './environment.js';`, ...imports].join('\n'));
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    plugins: [
      {
        name: 'one-tfjs-core',
        enforce: 'pre',
        resolveId(id) {
          if (id === '@tensorflow/tfjs') return tfjs;
          if (id === '@tensorflow/tfjs-core') return `${core}/dist/index.js`;
          return id.startsWith('jasmine-core') ? { id, external: true } : null;
        },
      },
    ],
    ssr: { noExternal: true, resolve: { conditions: ['@fsae/source', 'node', 'import'] } },
    build: {
      ssr: join(cache, 'tests.js'),
      outDir: join(cache, 'bundle'),
      minify: false,
      target: 'node20',
      // The package declares its tests free of side effects.
      rolldownOptions: { treeshake: false, output: { entryFileNames: 'tests.mjs', codeSplitting: false } },
    },
  });
}

/** In a child process: runs the bundle and writes what became of every test. */
async function runTests(backend, only) {
  const Jasmine = require('jasmine');
  const runner = new Jasmine({ projectBaseDir: root });
  runner.exitOnCompletion = false;
  runner.clearReporters();
  const results = [];
  runner.addReporter({
    specDone({ fullName, status, failedExpectations }) {
      results.push({
        name: fullName.replace(` ${backend} {}`, ''),
        status,
        message: failedExpectations.map((failure) => failure.message.slice(0, 300)).join('; '),
      });
    },
  });
  runner.addSpecFile(join(cache, 'bundle', 'tests.mjs'));
  runner.env.configure({ random: false, specFilter: (spec) => spec.getFullName().includes(only ?? '') });
  await runner.execute();
  await writeFile(join(cache, `${backend}.json`), JSON.stringify(results));
}

function runIn(backend, only) {
  const file = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ['--max-old-space-size=4096', file, '--run', backend, ...only], {
    // Where onnxruntime-node is installed: the bundle has left its package.
    cwd: join(root, 'packages/backend-onnx'),
    env: { ...process.env, TFJS_TEST_BACKEND: backend },
    stdio: ['ignore', process.env.VERBOSE ? 'inherit' : 'ignore', process.env.VERBOSE ? 'inherit' : 'ignore'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', async (code) => {
      if (code !== 0) reject(new Error(`The tests on ${backend} ended with ${code}.`));
      else resolve(JSON.parse(await readFile(join(cache, `${backend}.json`), 'utf8')));
    });
  });
}

function count(results) {
  const counts = { passed: 0, failed: 0, pending: 0, excluded: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}

async function main(only) {
  await bundle();
  const cpu = await runIn('cpu', only);
  const onnx = await runIn('onnx', only);
  const exclusions = JSON.parse(
    await readFile(join(root, 'packages/backend-onnx/test/tfjs-core-exclusions.json'), 'utf8'),
  );
  const onCpu = new Map(cpu.map((result) => [result.name, result.status]));
  const worse = onnx.filter(({ name, status }) => status === 'failed' && onCpu.get(name) !== 'failed');
  const unexplained = worse.filter(({ name }) => exclusions[name] === undefined);
  const stale = Object.keys(exclusions).filter((name) => !worse.some((result) => result.name === name));
  console.log('backend   passed   failed   skipped');
  for (const [name, results] of Object.entries({ cpu, onnx })) {
    const { passed, failed, pending, excluded } = count(results);
    const cells = [passed, failed, pending + excluded].map((cell) => String(cell).padStart(8));
    console.log(`${name.padEnd(8)} ${cells.join(' ')}`);
  }
  console.log(
    `${worse.length} failures on onnx that cpu does not have, ${worse.length - unexplained.length} of them excluded.`,
  );
  for (const { name, message } of unexplained) console.log(`  ${name}\n      ${message}`);
  if (only.length === 0) for (const name of stale) console.log(`  Exclusion without a failure: ${name}`);
  process.exitCode = unexplained.length > 0 || (only.length === 0 && stale.length > 0) ? 1 : 0;
}

const arguments_ = process.argv.slice(2);
if (arguments_[0] === '--run') await runTests(arguments_[1], arguments_[3]);
else await main(arguments_[0] === '--only' ? ['--only', arguments_[1]] : []);
