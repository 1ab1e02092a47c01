import * as tf from '@tensorflow/tfjs';
import type { KeptScalars } from './update.js';

interface Part {
  readonly names: readonly string[];
  readonly stacked: tf.Tensor;
}

/** Logged scalars of one step, stacked so that few asynchronous reads bring them all. */
export class StepLog {
  private parts: Part[] = [];
  private values: Promise<Readonly<Record<string, number>>> | undefined;

  constructor(private readonly known: Readonly<Record<string, number>>) {}

  /** Takes copies: the scalars stay the caller's. */
  add(scalars: KeptScalars): void {
    const names = Object.keys(scalars);
    if (names.length === 0) return;
    const stacked = tf.tidy(() => tf.stack(Object.values(scalars).map((scalar) => tf.cast(scalar, 'float32'))));
    this.parts.push({ names, stacked });
  }

  read(): Promise<Readonly<Record<string, number>>> {
    this.values ??= this.fetch();
    return this.values;
  }

  private async fetch(): Promise<Readonly<Record<string, number>>> {
    const numbers: Record<string, number> = {};
    for (const { names, stacked } of this.parts) {
      const values = await stacked.data();
      for (const [i, name] of names.entries()) numbers[name] = values[i] as number;
      stacked.dispose();
    }
    this.parts = [];
    return { ...numbers, ...this.known };
  }
}
