import type { ErrorTable } from './table.js';

export const modelErrors = {} satisfies ErrorTable;
