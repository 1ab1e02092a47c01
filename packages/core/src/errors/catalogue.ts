import { backendErrors } from './backend.js';
import { checkpointErrors } from './checkpoint.js';
import { cliErrors } from './cli.js';
import { configErrors } from './config.js';
import { dataErrors } from './data.js';
import { evaluateErrors } from './evaluate.js';
import { FsaeError } from './fsae-error.js';
import { lossErrors } from './losses.js';
import { modelErrors } from './model.js';
import { networkErrors } from './networks.js';
import { pluginErrors } from './plugins.js';
import { sweepErrors } from './sweep.js';
import { trainingErrors } from './training.js';

/** Every error of core by its permanent code; one file per stage, each entry a function from details to a Problem. */
export const catalogue = {
  ...configErrors,
  ...pluginErrors,
  ...dataErrors,
  ...modelErrors,
  ...lossErrors,
  ...trainingErrors,
  ...checkpointErrors,
  ...networkErrors,
  ...evaluateErrors,
  ...sweepErrors,
  ...backendErrors,
  ...cliErrors,
};

export type ErrorCode = keyof typeof catalogue;
type Details<C extends ErrorCode> = Parameters<(typeof catalogue)[C]>[0];

/** The only way core makes an error: fsaeError('FSAE_DATA_FOLDER_MISSING', { identity, folder }). */
export function fsaeError<C extends ErrorCode>(code: C, details: Details<C>, cause?: unknown): FsaeError {
  // The lookup loses the link between C and its details; the signature above keeps it for callers.
  const problem = (catalogue[code] as (details: Details<C>) => ConstructorParameters<typeof FsaeError>[1])(details);
  return new FsaeError(code, problem, cause === undefined ? undefined : { cause });
}
