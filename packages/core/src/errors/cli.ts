import type { ErrorTable } from './table.js';

export const cliErrors = {} satisfies ErrorTable;
