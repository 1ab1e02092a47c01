import type { ResolvedConfig } from '../config/define.js';
import { inject, injectable } from '../container/di.js';
import { CONFIG, IDENTITIES, LOGGER, METRICS, MODEL, RANDOM, UNTRAINED } from '../container/tokens.js';
import type { Logger, Metric, MetricValue, Random, SwappedFaces } from '../contracts/index.js';
import type { IdentityFaces } from '../data/identities.js';
import { fsaeError } from '../errors/catalogue.js';
import { isFsaeError } from '../errors/fsae-error.js';
import type { Autoencoder } from '../model/autoencoder.js';
import { estimate, meanOf } from './bootstrap.js';
import { EvaluatedFaces } from './faces.js';
import { latentsOf } from './latents.js';
import { spread } from './load.js';
import type { EvaluationRow } from './rows.js';

/** Below this many held-out faces an interval says little. */
const FEW = 20;
/** In the place of a name, where a row is about all people. */
const EVERYBODY = 'all';

/** A metric of a run under the name that its config gives it. */
export interface NamedMetric {
  readonly name: string;
  readonly metric: Metric;
}

export interface MeasureOptions {
  /** Held-out faces of each identity, evenly spaced; all when left out. */
  readonly faces?: number;
  /** Training faces of each identity that a metric may learn from; the config's number when left out. */
  readonly learnFrom?: number;
  /** Which metrics; all when left out. */
  readonly only?: readonly string[];
}

/** Where a row stands, and what a metric says of the baselines under the same name and region. */
type Place = Pick<EvaluationRow, 'from' | 'to'>;
type Baselines = Readonly<Record<'meanFace' | 'noSwap' | 'reconstruction', readonly MetricValue[]>>;
type Owns = Map<Metric, Map<string, readonly MetricValue[]>>;
const NONE: Baselines = { meanFace: [], noSwap: [], reconstruction: [] };

/** Measures a model on faces that it was never trained on. */
@injectable()
export class Evaluator {
  private prepared: Promise<readonly NamedMetric[]> | undefined;

  constructor(
    @inject(CONFIG) private readonly config: ResolvedConfig,
    @inject(MODEL) private readonly model: Autoencoder,
    @inject(UNTRAINED) private readonly untrained: () => Autoencoder,
    @inject(IDENTITIES) private readonly identities: readonly IdentityFaces[],
    @inject(METRICS) private readonly metrics: readonly NamedMetric[],
    @inject(RANDOM) private readonly random: Random,
    @inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Rows of every identity's reconstruction, of every ordered pair's swap, of castings and of latents. */
  async measure({ faces: most, learnFrom, only }: MeasureOptions = {}): Promise<EvaluationRow[]> {
    this.checkFaces();
    const metrics = (await this.ready()).filter(({ name }) => only === undefined || only.includes(name));
    const faces = new EvaluatedFaces({
      model: this.model,
      identities: this.identities.map((one) => ({
        ...one,
        heldOut: this.measured(one, most ?? this.config.evaluate.atMost ?? undefined),
      })),
      size: this.config.size,
      random: this.random,
      learnFrom: learnFrom ?? this.config.evaluate.learnFrom,
    });
    const rows: EvaluationRow[] = [];
    const owns: Owns = new Map();
    for (const from of faces.identities) rows.push(...(await this.reconstructions(metrics, from, faces)));
    for (const from of faces.identities) {
      for (const to of faces.identities) {
        if (from !== to) rows.push(...(await this.swaps(metrics, from, to, faces, owns)));
      }
    }
    rows.push(...(await this.castings(metrics, faces)), ...(await this.latents(metrics, faces)));
    return rows;
  }

  /** Those metrics that have what they need; the others are said and left out: nobody shall lose numbers for the want of one. */
  private ready(): Promise<readonly NamedMetric[]> {
    this.prepared ??= this.prepare();
    return this.prepared;
  }

  private async prepare(): Promise<readonly NamedMetric[]> {
    const ready: NamedMetric[] = [];
    for (const named of this.metrics) {
      try {
        await named.metric.prepare?.();
        ready.push(named);
      } catch (error) {
        if (!isFsaeError(error)) throw error;
        this.logger.warn(`"${named.name}" is not measured. ${error.code}: ${error.message}`);
      }
    }
    return ready;
  }

  /** At 512 px a thousand faces and what a model makes of them would fill the memory of most machines. */
  private measured({ name, heldOut }: IdentityFaces, most: number | undefined) {
    const faces = spread(heldOut, Math.min(most ?? heldOut.length, EvaluatedFaces.capacity(this.config.size)));
    if (most === undefined && faces.length < heldOut.length) {
      this.logger.info(`${faces.length} of the ${heldOut.length} held-out faces of "${name}" are measured.`);
    }
    return faces;
  }

  private checkFaces(): void {
    for (const { name, heldOut } of this.identities) {
      if (heldOut.length === 0) throw fsaeError('FSAE_EVALUATE_NO_FACES', { identity: name });
      if (heldOut.length < FEW) {
        this.logger.warn(`Only ${heldOut.length} held-out faces of "${name}": expect wide intervals.`);
      }
    }
  }

  private async reconstructions(metrics: readonly NamedMetric[], identity: string, set: EvaluatedFaces) {
    const asked = metrics.filter(({ metric }) => metric.reconstruction !== undefined);
    if (asked.length === 0) return [];
    const faces = await set.heldOut(identity);
    const mean = await set.meanFace(identity);
    const baseline = { ...faces, reconstruction: faces.source.map(() => mean) };
    const rows: EvaluationRow[] = [];
    for (const { metric } of asked) {
      const values = (await metric.reconstruction?.(faces, set)) ?? [];
      const meanFace = (await metric.reconstruction?.(baseline, set)) ?? [];
      rows.push(...this.rows(values, { from: identity, to: identity }, { ...NONE, meanFace }));
    }
    return rows;
  }

  private async swaps(metrics: readonly NamedMetric[], from: string, to: string, set: EvaluatedFaces, owns: Owns) {
    const asked = metrics.filter(({ metric }) => metric.swap !== undefined);
    if (asked.length === 0) return [];
    const faces = await set.swapped(from, to);
    const mean = await set.meanFace(to);
    const rows: EvaluationRow[] = [];
    for (const { metric } of asked) {
      const measure = async (shown: SwappedFaces) => (await metric.swap?.(shown, set)) ?? [];
      const baselines = {
        meanFace: await measure({ ...faces, swap: faces.source.map(() => mean) }),
        noSwap: await measure({ ...faces, swap: faces.source }),
        reconstruction: await this.ownRows(metric, to, set, owns),
      };
      rows.push(...this.rows(await measure(faces), { from, to }, baselines));
    }
    return rows;
  }

  /** What a metric of swaps says of `to`'s own reconstructions: the same for everybody who is swapped to it. */
  private async ownRows(metric: Metric, to: string, set: EvaluatedFaces, owns: Owns) {
    const known = owns.get(metric) ?? new Map<string, readonly MetricValue[]>();
    owns.set(metric, known);
    const found = known.get(to) ?? (await metric.swap?.(await set.ownAsSwap(to), set)) ?? [];
    known.set(to, found);
    return found;
  }

  private async castings(metrics: readonly NamedMetric[], set: EvaluatedFaces) {
    const asked = metrics.filter(({ metric }) => metric.casting !== undefined);
    const rows: EvaluationRow[] = [];
    for (const to of asked.length === 0 ? [] : set.identities) {
      const casting = await set.casting(to);
      if (casting === undefined) continue;
      const uncast = { to, poses: casting.poses.map((pose) => ({ ...pose, swap: pose.source })) };
      for (const { metric } of asked) {
        const noSwap = (await metric.casting?.(uncast, set)) ?? [];
        rows.push(
          ...this.rows((await metric.casting?.(casting, set)) ?? [], { from: EVERYBODY, to }, { ...NONE, noSwap }),
        );
      }
    }
    return rows;
  }

  private async latents(metrics: readonly NamedMetric[], set: EvaluatedFaces) {
    const asked = metrics.filter(({ metric }) => metric.latents !== undefined);
    if (asked.length === 0) return [];
    const untrained = this.untrained();
    try {
      await untrained.prepare();
      const latents = await latentsOf(set, this.model, untrained);
      const rows: EvaluationRow[] = [];
      for (const { metric } of asked) {
        const values = (await metric.latents?.(latents, set)) ?? [];
        rows.push(...this.rows(values, { from: EVERYBODY, to: EVERYBODY }, NONE));
      }
      return rows;
    } finally {
      untrained.dispose();
    }
  }

  /** Rows of what was measured; a value that is no number is left out, and said. */
  private rows(values: readonly MetricValue[], place: Place, baselines: Baselines): EvaluationRow[] {
    return values.flatMap((value) => {
      const { name, region = 'whole', unit, better, measured } = value;
      const { value: mean, low, high } = estimate(measured, this.random);
      if (![mean, low, high].every(Number.isFinite)) {
        const error = fsaeError('FSAE_EVALUATE_METRIC_NAN', { metric: name, region, ...place, value: mean });
        this.logger.warn(`${error.code}: ${error.message}`);
        return [];
      }
      const of = (baseline: readonly MetricValue[]) => {
        const found = baseline.find((one) => one.name === name && (one.region ?? 'whole') === region);
        return found === undefined ? null : finite(meanOf(found.measured));
      };
      return {
        metric: name,
        region,
        ...place,
        value: mean,
        low,
        high,
        meanFace: of(baselines.meanFace),
        noSwap: of(baselines.noSwap),
        reconstruction: of(baselines.reconstruction),
        unit,
        better,
      };
    });
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
