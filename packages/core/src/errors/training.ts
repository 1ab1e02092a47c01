import type { ErrorTable } from './table.js';

export const trainingErrors = {} satisfies ErrorTable;
