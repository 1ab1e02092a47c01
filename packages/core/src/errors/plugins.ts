import type { ErrorTable } from './table.js';

export const pluginErrors = {} satisfies ErrorTable;
