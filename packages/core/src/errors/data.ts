import type { ErrorTable } from './table.js';

export const dataErrors = {} satisfies ErrorTable;
