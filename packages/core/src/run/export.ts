import { MODEL } from '../container/tokens.js';
import { fsaeError } from '../errors/catalogue.js';
import { DIGITAL_SOURCE_TYPE } from '../reporting/provenance.js';
import { Swapper } from '../swap/swapper.js';
import { runIdOf, writeRunFile } from './files.js';
import { loadRun } from './load.js';
import type { OpenSwapOptions } from './swap.js';

export interface ExportOptions extends Omit<OpenSwapOptions, 'backend'> {
  /** The file, relative to `cwd`; its folder is made when missing. */
  readonly out: string;
  readonly cwd: string;
}

/** The backend that writes ONNX files. */
const WRITER = 'onnx';

/** What the file says to whoever finds it. */
const LICENCE =
  'This model draws the likeness of one person with the pose and expression of another. Its weights belong to whoever trained them. Use it with the consent of the people it shows, and mark what it draws as synthetic.';

/**
 * Writes encoder, bottleneck and one decoder of a trained run as an ONNX file that needs nothing of fsae: input 'faces'
 * and output 'swapped', float32 [batch, size, size, 3], RGB in 0..1, any batch. Where the run keeps an average of its
 * weights, those. Returns the file's path.
 * @throws FSAE_EVALUATE_NO_CHECKPOINT, FSAE_EVALUATE_IDENTITY, FSAE_PLUGIN_PART_MISSING without @fsae/backend-onnx,
 *   FSAE_BACKEND_EXPORT when it is older than this, FSAE_ONNX_EXPORT, FSAE_TRAINING_OUTPUT
 */
export async function exportSwap({ out, cwd, from, to, ...options }: ExportOptions): Promise<string> {
  const run = await loadRun({ ...options, backend: WRITER, datasets: false });
  try {
    run.container.resolve(Swapper).check(from, to);
    if (run.backend.toOnnx === undefined) throw fsaeError('FSAE_BACKEND_EXPORT', { name: run.backend.name });
    const { size } = run.config;
    const model = run.container.resolve(MODEL);
    const bytes = run.backend.toOnnx({
      input: { name: 'faces', shape: [size, size, 3] },
      output: { name: 'swapped' },
      metadata: {
        'fsae.run': runIdOf(run.config),
        'fsae.step': String(run.checkpoint.step),
        'fsae.from': from,
        'fsae.to': to,
        DigitalSourceType: DIGITAL_SOURCE_TYPE,
        licence: LICENCE,
        ...(run.checkpoint.consent && { 'fsae.consent': JSON.stringify(run.checkpoint.consent) }),
      },
      run: (faces) => model.translate(faces, to),
    });
    return await writeRunFile(cwd, out, bytes);
  } finally {
    run.dispose();
  }
}
