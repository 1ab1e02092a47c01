import type { ResolvedConfig } from '../config/define.js';
import { inject, injectable } from '../container/di.js';
import { CONFIG, IDENTITIES, LOGGER, MODEL, RANDOM } from '../container/tokens.js';
import type { Box, Face, FaceInfo, Logger, Random } from '../contracts/index.js';
import type { IdentityFaces } from '../data/identities.js';
import { meanFace } from '../data/mean-face.js';
import { picturesOf } from '../data/pictures.js';
import { fsaeError } from '../errors/catalogue.js';
import type { Autoencoder } from '../model/autoencoder.js';
import { bootstrapMean, type Measurement } from './bootstrap.js';
import { meanAbsolute, type Picture, psnr, ssim, WHOLE } from './pictures.js';
import type { EvaluationRow } from './rows.js';
import { type Structure, StructureReader } from './structure.js';

/** Below this many held-out faces an interval says little. */
const FEW = 20;
/** Faces that a reader of pose and expression learns from: more add little and cost their square. */
const READ_FROM = 600;
/** Faces that go through the model at once. */
const BATCH = 32;

/** Held-out faces of one identity and what the model makes of them. */
interface Seen {
  readonly identity: IdentityFaces;
  readonly groups: readonly string[];
  readonly sources: readonly Picture[];
  readonly reconstructions: readonly Picture[];
  readonly meanFace: Picture;
  /** Reads pose and expression off this identity's decoder, where they are known. */
  readonly reader: StructureReader | undefined;
  readonly structure: Structure | undefined;
}

/** Measures a model on faces that it was never trained on. */
@injectable()
export class Evaluator {
  constructor(
    @inject(CONFIG) private readonly config: ResolvedConfig,
    @inject(MODEL) private readonly model: Autoencoder,
    @inject(IDENTITIES) private readonly identities: readonly IdentityFaces[],
    @inject(RANDOM) private readonly random: Random,
    @inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Rows of every identity's reconstruction and of every ordered pair's swap. */
  async measure(): Promise<EvaluationRow[]> {
    for (const { name, heldOut } of this.identities) {
      if (heldOut.length === 0) throw fsaeError('FSAE_EVALUATE_NO_FACES', { identity: name });
      if (heldOut.length < FEW) {
        this.logger.warn(`Only ${heldOut.length} held-out faces of "${name}": expect wide intervals.`);
      }
    }
    const seen: Seen[] = [];
    for (const identity of this.identities) seen.push(await this.look(identity));
    const rows = seen.flatMap((one) => this.reconstructionRows(one));
    for (const from of seen) {
      for (const to of seen) if (from !== to) rows.push(...(await this.swapRows(from, to)));
    }
    return rows;
  }

  private async look(identity: IdentityFaces): Promise<Seen> {
    const { size } = this.config;
    const faces = await Promise.all(identity.heldOut.map((face) => identity.dataset.load(face, size)));
    return {
      identity,
      groups: identity.heldOut.map(({ id, group }) => group ?? id),
      sources: faces.map((face) => pictureOf(face)),
      reconstructions: await this.decode(faces, identity.name),
      meanFace: await meanFace(identity, size),
      reader: await this.readerOf(identity),
      structure: structureOf(identity, identity.heldOut),
    };
  }

  private async readerOf(identity: IdentityFaces): Promise<StructureReader | undefined> {
    const infos = identity.training.slice(0, READ_FROM);
    const structure = structureOf(identity, infos);
    if (structure === undefined) return undefined;
    const faces = await Promise.all(infos.map((face) => identity.dataset.load(face, this.config.size)));
    return new StructureReader(await this.decode(faces, identity.name), structure, this.config.size);
  }

  private reconstructionRows(seen: Seen): EvaluationRow[] {
    const { size } = this.config;
    const name = seen.identity.name;
    const measures = [
      {
        metric: 'reconstruction.l1',
        unit: '',
        better: 'lower',
        of: (a: Picture, b: Picture) => meanAbsolute(a, b, size),
      },
      { metric: 'reconstruction.psnr', unit: 'dB', better: 'higher', of: (a: Picture, b: Picture) => psnr(a, b, size) },
      { metric: 'reconstruction.ssim', unit: '', better: 'higher', of: (a: Picture, b: Picture) => ssim(a, b, size) },
    ] as const;
    return measures.map(({ metric, unit, better, of }) => ({
      metric,
      region: 'whole',
      from: name,
      to: name,
      ...this.estimate(seen, (i) => of(seen.reconstructions[i] as Picture, seen.sources[i] as Picture)),
      meanFace: average(seen.sources, (source) => of(seen.meanFace, source)),
      noSwap: null,
      reconstruction: null,
      unit,
      better,
    }));
  }

  private async swapRows(from: Seen, to: Seen): Promise<EvaluationRow[]> {
    const { size } = this.config;
    const faces = await Promise.all(from.identity.heldOut.map((face) => from.identity.dataset.load(face, size)));
    const swaps = await this.decode(faces, to.identity.name);
    const pair = { from: from.identity.name, to: to.identity.name };
    const truths = await this.truths(from.identity, to.identity);
    if (truths === undefined) {
      return [
        {
          metric: 'swap.source.psnr',
          region: 'whole',
          ...pair,
          ...this.estimate(from, (i) => psnr(swaps[i] as Picture, from.sources[i] as Picture, size)),
          meanFace: average(from.sources, (source) => psnr(to.meanFace, source, size)),
          noSwap: null,
          reconstruction: null,
          unit: 'dB',
          better: 'lower',
        },
      ];
    }
    const regions: [string, Box][] = [['whole', WHOLE], ...Object.entries(to.identity.dataset.regions ?? {})];
    const rows = regions.map(([region, box]): EvaluationRow => {
      const against = (a: Picture, b: Picture) => psnr(a, b, size, box);
      return {
        metric: 'swap.truth.psnr',
        region,
        ...pair,
        ...this.estimate(from, (i) => against(swaps[i] as Picture, truths[i] as Picture)),
        meanFace: average(truths, (truth) => against(to.meanFace, truth)),
        noSwap: average(truths, (truth, i) => against(from.sources[i] as Picture, truth)),
        reconstruction: average(to.sources, (source, i) => against(to.reconstructions[i] as Picture, source)),
        unit: 'dB',
        better: 'higher',
      };
    });
    rows.push({
      metric: 'swap.truth.ssim',
      region: 'whole',
      ...pair,
      ...this.estimate(from, (i) => ssim(swaps[i] as Picture, truths[i] as Picture, size)),
      meanFace: average(truths, (truth) => ssim(to.meanFace, truth, size)),
      noSwap: average(truths, (truth, i) => ssim(from.sources[i] as Picture, truth, size)),
      reconstruction: average(to.sources, (source, i) => ssim(to.reconstructions[i] as Picture, source, size)),
      unit: '',
      better: 'higher',
    });
    return [...rows, ...this.structureRows(from, to, swaps)];
  }

  /** Does the swap show the source's pose and expression? R2 of the known numbers, read off the swap. */
  private structureRows(from: Seen, to: Seen, swaps: readonly Picture[]): EvaluationRow[] {
    if (to.reader === undefined || to.structure === undefined || from.structure === undefined) return [];
    const own = to.reader.explain(to.reconstructions, to.structure, this.random);
    const stranger = to.reader.explain(from.sources, from.structure, this.random);
    return to.reader.explain(swaps, from.structure, this.random).map(({ name, r2, low, high }, k) => ({
      metric: 'swap.structure.r2',
      region: name,
      from: from.identity.name,
      to: to.identity.name,
      value: r2,
      low,
      high,
      // One picture for every pose: nothing can be read off it, the best guess is the mean.
      meanFace: 0,
      noSwap: stranger[k]?.r2 ?? null,
      reconstruction: own[k]?.r2 ?? null,
      unit: '',
      better: 'higher',
    }));
  }

  /** The true swaps, where both datasets know them. */
  private async truths(from: IdentityFaces, to: IdentityFaces): Promise<Picture[] | undefined> {
    const { dataset, heldOut } = from;
    if (dataset.truth === undefined || to.dataset.truth === undefined) return undefined;
    const truth = dataset.truth.bind(dataset);
    return (await Promise.all(heldOut.map((face) => truth(face, to.dataset, this.config.size)))).map(pictureOf);
  }

  private async decode(faces: readonly Face[], to: string): Promise<Picture[]> {
    const { size } = this.config;
    const length = size * size * 3;
    const pictures: Picture[] = [];
    for (let start = 0; start < faces.length; start += BATCH) {
      const input = picturesOf(faces.slice(start, start + BATCH), size);
      const output = this.model.translate(input, to);
      const values = (await output.data()) as Float32Array;
      for (let i = 0; i < values.length; i += length) pictures.push(values.slice(i, i + length));
      input.dispose();
      output.dispose();
    }
    return pictures;
  }

  private estimate(seen: Seen, value: (face: number) => number) {
    const measurements = seen.groups.map((group, i): Measurement => ({ value: value(i), group }));
    return bootstrapMean(measurements, this.random);
  }
}

function structureOf({ dataset }: IdentityFaces, infos: readonly FaceInfo[]): Structure | undefined {
  if (dataset.structure === undefined) return undefined;
  const known = infos.map((face) => dataset.structure?.(face) ?? {});
  const names = Object.keys(known[0] ?? {});
  return { names, values: known.map((numbers) => names.map((name) => numbers[name] as number)) };
}

function pictureOf(face: Face): Picture {
  return Float32Array.from(face.image, (byte) => byte / 255);
}

function average<T>(items: readonly T[], value: (item: T, index: number) => number): number {
  return items.reduce((sum, item, i) => sum + value(item, i), 0) / items.length;
}
