import type { ErrorTable } from './table.js';

export const configErrors = {} satisfies ErrorTable;
