import type { ErrorTable } from './table.js';

export const backendErrors = {} satisfies ErrorTable;
