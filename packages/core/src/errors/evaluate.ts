import type { ErrorTable } from './table.js';

export const evaluateErrors = {} satisfies ErrorTable;
