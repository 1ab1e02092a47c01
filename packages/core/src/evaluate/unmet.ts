import type { Requirement } from '../config/requirements.js';
import { fsaeError } from '../errors/catalogue.js';
import type { EvaluationRow } from './rows.js';

/** A row that does not do what was asked of it. */
export interface Unmet {
  readonly requirement: Requirement;
  readonly row: EvaluationRow;
}

/**
 * Rows that break a requirement: each row of the metric has to meet it, every direction of a swap and every person.
 * @throws FSAE_EVALUATE_REQUIRE_UNKNOWN
 */
export function unmet(rows: readonly EvaluationRow[], requirements: readonly Requirement[]): readonly Unmet[] {
  return requirements.flatMap((requirement) =>
    rowsOf(rows, requirement)
      .filter(({ value }) => !meets(value, requirement))
      .map((row) => ({ requirement, row })),
  );
}

export function inWords({ metric, region, comparison, bound }: Requirement): string {
  return `${metric}${region === null ? '' : `[${region}]`} ${comparison} ${bound}`;
}

function rowsOf(rows: readonly EvaluationRow[], { metric, region }: Requirement): readonly EvaluationRow[] {
  const named = rows.filter((row) => row.metric === metric);
  const regions = named.map((row) => row.region);
  const wanted = region ?? (regions.includes('whole') ? 'whole' : regions[0]);
  const found = named.filter((row) => row.region === wanted);
  if (found.length === 0) {
    const known = [
      ...new Set(rows.map((row) => (row.region === 'whole' ? row.metric : `${row.metric}[${row.region}]`))),
    ];
    throw fsaeError('FSAE_EVALUATE_REQUIRE_UNKNOWN', {
      metric: region === null ? metric : `${metric}[${region}]`,
      known,
    });
  }
  return found;
}

function meets(value: number, { comparison, bound }: Requirement): boolean {
  switch (comparison) {
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
  }
}
