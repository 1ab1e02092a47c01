import type { ErrorTable } from './table.js';

export const checkpointErrors = {} satisfies ErrorTable;
