import type { EvaluationRow } from '../evaluate/rows.js';

/** What a table of results says, column by column; the terminal's and the report's are the same. */
export const TABLE_HEAD = [
  'metric',
  'region',
  'from',
  'to',
  'value',
  '95 %',
  'mean face',
  'no swap',
  'reconstruction',
  'unit',
] as const;

export function tableCells(row: EvaluationRow): string[] {
  const number = (value: number | null) => (value === null ? '' : fixed(value, row.unit));
  const interval = `[${number(row.low)}, ${number(row.high)}]`;
  return [
    row.metric,
    row.region,
    row.from,
    row.to,
    number(row.value),
    interval,
    number(row.meanFace),
    number(row.noSwap),
    number(row.reconstruction),
    row.unit,
  ];
}

/** The evaluation as a table for the terminal, without colours. */
export async function renderTable(rows: readonly EvaluationRow[]): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const aligns = TABLE_HEAD.map((name) => (isNumeric(name) ? 'right' : 'left') as 'right' | 'left');
  const table = new Table({ head: [...TABLE_HEAD], colAligns: aligns, style: { head: [], border: [], compact: true } });
  table.push(...rows.map(tableCells));
  return table.toString();
}

/** Columns of numbers are set flush right. */
export function isNumeric(column: string): boolean {
  return ['value', '95 %', 'mean face', 'no swap', 'reconstruction'].includes(column);
}

function fixed(value: number, unit: string): string {
  if (!Number.isFinite(value)) return String(value);
  return value.toFixed(unit === 'dB' || Math.abs(value) >= 10 ? 2 : 3);
}
