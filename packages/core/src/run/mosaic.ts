import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fsaeError } from '../errors/catalogue.js';
import { reasonOf } from '../errors/describe.js';
import { renderPreview } from '../reporting/preview.js';
import { readInputs } from './inputs.js';

export interface MosaicOptions {
  readonly inputs: readonly string[];
  readonly grids: readonly number[];
  readonly out: string;
  readonly cwd: string;
}

/** Side of each picture of the figure. */
const SIDE = 256;

/**
 * The article's figure: each picture, and beside it what is left of it in n x n cells, each the mean colour of its part.
 * @throws FSAE_CLI_INPUTS, FSAE_CLI_OUTPUT, FSAE_DATA_*
 */
export async function drawMosaic({ inputs, grids, out, cwd }: MosaicOptions): Promise<string> {
  const pictures = await readInputs(inputs, { size: SIDE, cwd, command: 'mosaic' });
  const rows = pictures.map(({ face: { image } }) => ({
    pictures: [image, ...grids.map((grid) => mosaic(image, SIDE, grid))],
  }));
  const columns = ['picture', ...grids.map((grid) => `${grid} x ${grid}`)];
  const png = await renderPreview({ columns, rows, size: SIDE }, { scale: 1 });
  const path = resolve(cwd, out);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, png);
  } catch (error) {
    throw fsaeError('FSAE_CLI_OUTPUT', { path, reason: reasonOf(error) }, error);
  }
  return path;
}

/** RGB bytes of size * size * 3 in `grid` x `grid` cells. A pixel on a border counts for the cell that has its centre. */
export function mosaic(image: Uint8Array, size: number, grid: number): Uint8Array {
  const cellOf = Int32Array.from({ length: size }, (_, i) => Math.floor(((i + 0.5) * grid) / size));
  const sums = new Float64Array(grid * grid * 3);
  const counts = new Float64Array(grid * grid);
  const each = (visit: (cell: number, pixel: number) => void) => {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) visit(cellOf[row]! * grid + cellOf[column]!, row * size + column);
    }
  };
  each((cell, pixel) => {
    counts[cell]!++;
    for (let c = 0; c < 3; c++) sums[cell * 3 + c]! += image[pixel * 3 + c]!;
  });
  const drawn = new Uint8Array(image.length);
  each((cell, pixel) => {
    for (let c = 0; c < 3; c++) drawn[pixel * 3 + c] = Math.round(sums[cell * 3 + c]! / counts[cell]!);
  });
  return drawn;
}
