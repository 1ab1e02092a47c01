import { join, resolve } from 'node:path';
import { writePicture } from '../reporting/provenance.js';
import { Swapper } from '../swap/swapper.js';
import { runIdOf } from './files.js';
import { readInputs } from './inputs.js';
import { type LoadOptions, loadRun } from './load.js';

export interface SwapOptions extends Omit<LoadOptions, 'datasets'> {
  readonly from: string;
  readonly to: string;
  /** Files and folders of aligned faces. */
  readonly inputs: readonly string[];
  /** Folder that inputs and `out` are relative to. */
  readonly cwd: string;
  /** Folder for the pictures, made when missing. */
  readonly out: string;
}

/** Swaps aligned faces with a trained model, from its checkpoint alone. Returns the files written. */
export async function swapPictures(options: SwapOptions): Promise<string[]> {
  const { from, to, inputs, out, cwd } = options;
  const run = await loadRun({ ...options, datasets: false });
  try {
    const swapper = run.container.resolve(Swapper);
    swapper.check(from, to);
    const { size } = run.config;
    const faces = await readInputs(inputs, size, cwd);
    const pictures = await swapper.swap(
      faces.map(({ face }) => face),
      to,
    );
    const written: string[] = [];
    for (const [i, picture] of pictures.entries()) {
      const path = join(resolve(cwd, out), `${faces[i]?.name}.png`);
      await writePicture(picture, { width: size, height: size }, path, { runId: runIdOf(run.config) });
      written.push(path);
    }
    return written;
  } finally {
    run.dispose();
  }
}
