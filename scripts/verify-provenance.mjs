// Has what we sign read by two programs that share no code with what writes it: c2pa-python (Rust) and exiftool.
// node scripts/verify-provenance.mjs [--keep]. Needs `pnpm build`, openssl, Python with venv and PyPI, ffmpeg or node-av,
// and exiftool.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStamp, videoAdapter } from '../packages/media/dist/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'fsae-provenance-'));
const venv = join(root, '.cache', 'c2pa-python');
const python = join(venv, 'bin', 'python');
if (!existsSync(python)) {
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '-q', 'c2pa-python'], { stdio: 'inherit' });
}

const SIZE = { width: 96, height: 64 };
const SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';
const sharp = createRequire(join(root, 'packages/media/package.json'))('sharp');
const picture = () => sharp({ create: { ...SIZE, channels: 3, background: '#c08060' } });
const results = [];

for (const kind of ['es256', 'es384', 'es512', 'ed25519', 'ps256']) {
  const keys = join(work, kind);
  execFileSync(join(root, 'scripts/certificate.sh'), [keys, kind], { stdio: 'ignore' });
  const signing = { certificate: join(keys, 'chain.pem'), privateKey: join(keys, 'signer.key') };
  const stamp = await openStamp({ runId: 'verify-1a2b', signing, warn: console.warn });
  const files = [];
  for (const format of ['jpg', 'png', 'webp']) {
    files.push(join(keys, `picture.${format}`));
    writeFileSync(files.at(-1), await stamp.picture(picture(), format));
  }
  const adapter = await videoAdapter({ beforePublish: (file) => stamp.film(file) });
  for (const ending of ['mp4', 'mov']) {
    files.push(join(keys, `film.${ending}`));
    const info = { ...SIZE, frameRate: { numerator: 25, denominator: 1 }, frames: null, audio: false };
    const film = await adapter.create(files.at(-1), { info });
    for (let i = 0; i < 10; i++) await film.write({ ...SIZE, data: await picture().raw().toBuffer() });
    await film.finish();
  }
  for (const file of files) {
    const name = `${kind} ${file.split('/').at(-1)}`;
    // Nobody trusts the authority that we have just made.
    check(`${name}: c2pa-python`, verdict(file), ['Valid', ['signingCredential.untrusted'], SOURCE_TYPE]);
    const [{ DigitalSourceType, Source }] = JSON.parse(
      execFileSync('exiftool', ['-j', '-XMP:all', file], { encoding: 'utf8' }),
    );
    check(`${name}: exiftool`, [DigitalSourceType, Source], [SOURCE_TYPE, 'fsae run verify-1a2b']);
    check(`${name}: has something to change`, Object.keys(placesOf(readFileSync(file))).length > 0, true);
    for (const [what, at] of Object.entries(placesOf(readFileSync(file)))) {
      const bytes = readFileSync(file);
      bytes[at] ^= 1;
      const changed = file.replace(/(\.\w+)$/, '-changed$1');
      writeFileSync(changed, bytes);
      check(`${name}: a bit of its ${what} changed`, [verdict(changed)[0] === 'Valid'], [false]);
    }
  }
}

/** Where something is that the signature covers: the text of its XMP where that is not compressed, a coded picture. */
function placesOf(bytes) {
  const pixels = Math.max(bytes.indexOf('mdat', 0, 'latin1'), bytes.indexOf('IDAT', 0, 'latin1'));
  const places = { XMP: bytes.indexOf('fsae run verify-1a2b</'), pixels: pixels < 0 ? pixels : pixels + 60 };
  return Object.fromEntries(Object.entries(places).filter(([, at]) => at >= 0));
}

function verdict(file) {
  const program = `
import json, sys, c2pa
try:
    with c2pa.Reader(sys.argv[1]) as reader:
        store = json.loads(reader.json())
    manifest = store['manifests'][store['active_manifest']]
    actions = [a for one in manifest['assertions'] if one['label'].startswith('c2pa.actions') for a in one['data']['actions']]
    print(json.dumps([store.get('validation_state'), [s['code'] for s in store.get('validation_status', [])], actions[0]['digitalSourceType']]))
except Exception as error:
    print(json.dumps([str(error)]))`;
  return JSON.parse(execFileSync(python, ['-c', program, file], { encoding: 'utf8' }));
}

function check(what, received, expected) {
  const passed = JSON.stringify(received) === JSON.stringify(expected);
  results.push(passed);
  console.log(`${passed ? 'passed' : 'FAILED'}  ${what}${passed ? '' : `: ${JSON.stringify(received)}`}`);
}

if (!process.argv.includes('--keep')) rmSync(work, { recursive: true, force: true });
const failed = results.filter((passed) => !passed).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
