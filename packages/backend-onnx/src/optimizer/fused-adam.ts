import type { Optimizer, OptimizerOptions, Update, Weights } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from '../backend.js';
import type { Node } from '../node.js';
import { SCALARS } from './adam-wasm.js';
import { allocateSlots, type Slot } from './arena.js';
import { Resident } from './resident.js';

/**
 * Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1) and AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) in one
 * pass over memory. onnxruntime reads the weights from that memory and writes the gradients into it.
 */
export function fusedAdam(options: OptimizerOptions, weights: Weights, average: number): Optimizer {
  return new FusedAdam(options, weights, average);
}

interface Entry {
  readonly path: string;
  readonly slot: Slot;
  readonly weights: Resident;
  readonly moment1: Resident;
  readonly moment2: Resident;
  readonly average: Resident | undefined;
  /** The node whose values are in the slot's gradients. */
  gradient: Node | undefined;
}

class FusedAdam implements Optimizer {
  readonly state: Weights;
  readonly average?: Weights;
  private readonly backend: OnnxBackend;
  private readonly entries: Entry[] = [];
  private readonly power1: Resident;
  private readonly power2: Resident;
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly decay: number;

  constructor(
    options: OptimizerOptions,
    weights: Weights,
    private readonly averageDecay: number,
  ) {
    this.backend = tf.backend() as OnnxBackend;
    [this.beta1, this.beta2] = options.betas ?? [0.9, 0.999];
    this.epsilon = options.epsilon ?? 1e-8;
    this.decay = options.use === 'adamw' ? (options.weightDecay ?? 0.01) : 0;
    const state: Record<string, tf.Variable> = {};
    const averages: Record<string, tf.Variable> = {};
    const paths = Object.keys(weights);
    const slots = allocateSlots(
      paths.map((path) => weights[path]!.size),
      averageDecay > 0,
    );
    paths.forEach((path, index) => {
      const variable = weights[path]!;
      const slot = slots[index]!;
      const resident = new Resident(this.backend, variable, slot.weights);
      const moment1 = Resident.create(this.backend, slot.moment1, variable.shape);
      const moment2 = Resident.create(this.backend, slot.moment2, variable.shape);
      state[`${path}/m`] = moment1.variable;
      state[`${path}/v`] = moment2.variable;
      let mean: Resident | undefined;
      if (slot.average !== undefined) {
        resident.settle();
        slot.average.set(slot.weights);
        mean = Resident.create(this.backend, slot.average, variable.shape);
        averages[path] = mean.variable;
      }
      this.entries.push({ path, slot, weights: resident, moment1, moment2, average: mean, gradient: undefined });
    });
    this.power1 = Resident.create(this.backend, Float32Array.of(1), []);
    this.power2 = Resident.create(this.backend, Float32Array.of(1), []);
    state['power1'] = this.power1.variable;
    state['power2'] = this.power2.variable;
    this.state = state;
    if (averageDecay > 0) this.average = averages;
  }

  apply(gradients: Readonly<Record<string, tf.Tensor>>, update: Update): void {
    const { backend } = this;
    const present = this.entries.filter((entry) => gradients[entry.path] !== undefined);
    for (const entry of present) this.direct(entry, gradients[entry.path]!);
    backend.flush();
    const scale = (backend.valuesOf(update.scale.dataId) as Float32Array)[0]!;
    for (const entry of present) this.collect(entry, gradients[entry.path]!);
    if (!(scale > 0)) return;
    for (const entry of present) {
      for (const resident of [entry.weights, entry.moment1, entry.moment2, entry.average]) resident?.settle();
    }
    const scalars = this.advance(update.learningRate, scale);
    for (const { slot } of present) {
      const { kernel, regionBytes: region } = slot.arena;
      const run = slot.average === undefined ? kernel.adam : kernel.adamAverage;
      const { offset, bytes } = slot;
      run(
        offset,
        region + offset,
        2 * region + offset,
        3 * region + offset,
        4 * region + offset,
        offset + bytes,
        ...scalars,
      );
    }
  }

  dispose(): void {
    for (const { moment1, moment2, average } of this.entries) {
      for (const resident of [moment1, moment2, average]) resident?.variable.dispose();
    }
    this.power1.variable.dispose();
    this.power2.variable.dispose();
  }

  /** Asks the flush to write the gradient into its slot. */
  private direct(entry: Entry, gradient: tf.Tensor): void {
    const last = entry.gradient;
    // Somebody kept the last step's gradient: it must not change under him.
    if (last !== undefined && last.handles > 0 && last.values === entry.slot.gradients) {
      last.values = entry.slot.gradients.slice();
    }
    entry.gradient = undefined;
    const node = this.backend.nodeBehind(gradient.dataId);
    if (node.values === null && node.destination === null) node.destination = entry.slot.gradients;
  }

  private collect(entry: Entry, gradient: tf.Tensor): void {
    const node = this.backend.nodeBehind(gradient.dataId);
    const values = this.backend.valuesOf(gradient.dataId) as Float32Array;
    if (values === entry.slot.gradients) entry.gradient = node;
    else entry.slot.gradients.set(values);
  }

  /** Moves beta^t on by one step; powers are float32, as the checkpoint holds them. */
  private advance(learningRate: number, scale: number): number[] {
    const power1 = this.power1.multiply(this.beta1);
    const power2 = this.power2.multiply(this.beta2);
    const values: Record<(typeof SCALARS)[number], number> = {
      beta1: this.beta1,
      oneMinusBeta1: 1 - this.beta1,
      beta2: this.beta2,
      oneMinusBeta2: 1 - this.beta2,
      stepSize: learningRate / (1 - power1),
      correction2: 1 / (1 - power2),
      epsilon: this.epsilon,
      keep: 1 - learningRate * this.decay,
      scale,
      averageDecay: this.averageDecay,
      oneMinusAverageDecay: 1 - this.averageDecay,
    };
    return SCALARS.map((name) => values[name]);
  }
}
