/** What somebody asks of a number of an evaluation: 'swap.truth.psnr[eyes] >= 20'. */
export interface Requirement {
  readonly metric: string;
  /** 'whole' where the condition names none, or the metric's first region where it has no 'whole'. */
  readonly region: string | null;
  readonly comparison: '>' | '>=' | '<' | '<=';
  readonly bound: number;
}

const CONDITION = /^([A-Za-z][\w.-]*)(?:\[([^\]]+)\])?\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?(?:e-?\d+)?)$/i;

/** Conditions separated by commas; undefined when one of them cannot be read. */
export function parseRequirements(text: string): readonly Requirement[] | undefined {
  const conditions = text.split(',').map((condition) => CONDITION.exec(condition.trim()));
  if (conditions.some((match) => match === null)) return undefined;
  return conditions.map((match) => {
    const [, metric, region, comparison, bound] = match as unknown as [string, string, string?, string?, string?];
    return {
      metric,
      region: region ?? null,
      comparison: comparison as Requirement['comparison'],
      bound: Number(bound),
    };
  });
}
