import type * as tf from '@tensorflow/tfjs';
import type { ResolvedConfig } from '../config/define.js';
import { inject, injectable } from '../container/di.js';
import {
  CALLBACKS,
  CLOCK,
  type Clock,
  CONFIG,
  LOADER,
  LOSSES,
  MODEL,
  OPTIMIZER,
  POSITION,
  RANDOM,
} from '../container/tokens.js';
import type {
  Adversary,
  Callback,
  Optimizer,
  OptimizerOptions,
  Pass,
  Random,
  StepReport,
  Trainer,
  TrainingEnd,
} from '../contracts/index.js';
import type { Loader } from '../data/loader.js';
import { fsaeError } from '../errors/catalogue.js';
import type { Autoencoder } from '../model/autoencoder.js';
import { StepLog } from './log.js';
import { trainingPass } from './pass.js';
import type { Position } from './position.js';
import { learningRate } from './schedule.js';
import { createStep, disposeBatch, type StepTensors, swapsOf, uploadBatch } from './step.js';
import { adversaryGradients, type ModelGradients, modelGradients, type TrainedLoss, updateScale } from './update.js';

/**
 * Trains model and adversaries in turn:
 *
 *     for each step
 *       batch     <- loader                                  faces of every identity, warped
 *       gradients <- d sum(weight_k * loss_k) / d model      one encoder pass on all identities
 *       model     <- optimizer(gradients)                    skipped on the device when not finite
 *       each adversary <- its optimizer(d its loss / d its weights)   on what it observed before the update
 *       each constraint's multiplier moves
 *       callbacks <- report                                  progress, preview, checkpoint, metrics
 */
@injectable()
export class AlternatingTrainer implements Trainer {
  constructor(
    @inject(CONFIG) private readonly config: ResolvedConfig,
    @inject(MODEL) private readonly model: Autoencoder,
    @inject(LOSSES) private readonly losses: readonly TrainedLoss[],
    @inject(OPTIMIZER) private readonly optimizer: Optimizer,
    @inject(LOADER) private readonly loader: Loader,
    @inject(CALLBACKS) private readonly callbacks: readonly Callback[],
    @inject(RANDOM) private readonly random: Random,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(POSITION) private readonly position: Position,
  ) {}

  async run({ until, signal }: { readonly until: number; readonly signal: AbortSignal }): Promise<TrainingEnd> {
    for (const callback of this.callbacks) await callback.onStart?.(this.position.step);
    const end = await this.loop(until, signal);
    for (const callback of this.callbacks) await callback.onEnd?.(end);
    return end;
  }

  private async loop(until: number, signal: AbortSignal): Promise<TrainingEnd> {
    const { nonFinitePatience } = this.config.train;
    let nonFinite = 0;
    let previous: StepReport | undefined;
    while (this.position.step < until && !signal.aborted) {
      const index = this.position.step + 1;
      const started = this.clock.now();
      const batch = await this.loader.batch(index);
      const waited = this.clock.now() - started;

      const tensors = uploadBatch(batch, this.config.size);
      const log = this.update(index, tensors);
      disposeBatch(tensors);
      this.position.step = index;

      // One step late at most: a backend that runs asynchronously computes this step while the last one's numbers arrive.
      const numbers = await (previous ?? { read: async () => undefined }).read();
      nonFinite = numbers === undefined || allFinite(numbers) ? 0 : nonFinite + 1;
      if (nonFinite >= nonFinitePatience) throw diverged(index, nonFinite, numbers ?? {});

      const report: StepReport = {
        index,
        read: () => log.read(),
        seconds: (this.clock.now() - started) / 1000,
        waitingSeconds: waited / 1000,
      };
      for (const callback of this.callbacks) await callback.onStep?.(report);
      previous = report;
      // Synchronous backends never yield by themselves; signals and timers need a turn.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await previous?.read();
    return { step: this.position.step, reason: this.position.step >= until ? 'done' : 'stopped' };
  }

  private update(index: number, tensors: StepTensors): StepLog {
    const { clip, optimizer, schedule, steps } = this.config.train;
    const pass = trainingPass(this.random, index);
    const swaps = swapsOf(this.model.identities, this.random, index);
    const step = createStep(this.model, tensors, { index, pass, swaps });
    const computed = modelGradients(step, this.losses, this.model.weights);
    const { norm, scale } = updateScale(computed.gradients, computed.logged['loss'] as tf.Scalar, clip);
    const rate = learningRate(optimizer.learningRate, schedule, index, steps);
    const log = new StepLog({ learningRate: rate });

    // Before the update, so that a lazy backend computes the log in the same flush as the gradients.
    log.add({ ...computed.logged, gradientNorm: norm });
    this.optimizer.apply(computed.gradients, { learningRate: rate, scale });
    for (const trained of this.losses) this.updateAdversary(trained, computed, pass, log);
    for (const { name, weight } of this.losses) {
      const watched = computed.watched.get(name);
      if (watched !== undefined) weight.update?.(watched);
      const multiplier = weight.log?.() ?? {};
      log.add(multiplier);
      disposeAll(multiplier);
    }
    disposeAll(computed.gradients, computed.logged, { norm, scale }, Object.fromEntries(computed.watched));
    for (const seen of computed.seen.values()) disposeAll(seen);
    return log;
  }

  private updateAdversary(trained: TrainedLoss, computed: ModelGradients, pass: Pass, log: StepLog): void {
    const { name, loss, adversaryOptimizer } = trained;
    const seen = computed.seen.get(name);
    if (loss.adversary === undefined || adversaryOptimizer === undefined || seen === undefined) return;
    const { learningRate: rate } = adversaryOptions(loss.adversary);
    const updates = loss.adversary.updatesPerStep ?? 1;
    for (let update = 1; update <= updates; update++) {
      const { gradients, logged } = adversaryGradients(loss.adversary, seen, pass);
      const { norm, scale } = updateScale(gradients, logged['adversary'] as tf.Scalar, null);
      if (update === updates)
        log.add(Object.fromEntries(Object.entries(logged).map(([key, s]) => [`${name}/${key}`, s])));
      adversaryOptimizer.apply(gradients, { learningRate: rate, scale });
      disposeAll(gradients, logged, { norm, scale });
    }
  }
}

/** An adversary's own optimizer; Adam with the betas usual for discriminators (Radford et al. 2016) when it names none. */
export function adversaryOptions(adversary: Adversary): OptimizerOptions {
  return adversary.optimizer ?? { use: 'adam', learningRate: 1e-3, betas: [0.5, 0.99] };
}

function disposeAll(...groups: readonly Readonly<Record<string, tf.Tensor>>[]): void {
  for (const group of groups) for (const tensor of Object.values(group)) tensor.dispose();
}

function allFinite(numbers: Readonly<Record<string, number>>): boolean {
  return Number.isFinite(numbers['gradientNorm']) && Number.isFinite(numbers['loss']);
}

/** Which losses went wrong, from the last numbers read. */
function diverged(step: number, inRow: number, numbers: Readonly<Record<string, number>>) {
  const losses = Object.entries(numbers)
    .filter(([name, value]) => name.startsWith('loss/') && !Number.isFinite(value))
    .map(([name]) => name.slice('loss/'.length));
  return fsaeError('FSAE_TRAINING_DIVERGED', { step, inRow, losses });
}
