import type { ErrorTable } from './table.js';

export const lossErrors = {
  FSAE_LOSSES_PICTURE_TOO_SMALL: (d: { loss: string; side: number; least: number }) => ({
    what: `The loss "${d.loss}" needs larger pictures.`,
    expected: `at least ${d.least} pixels a side`,
    received: `${d.side} pixels`,
    todo: `Raise \`size\` to ${d.least} or more, or leave "${d.loss}" out of \`losses\`.`,
  }),
} satisfies ErrorTable;
