import type { Optimizer } from '../contracts/index.js';
import type { Autoencoder } from '../model/autoencoder.js';

/** Runs `look` with the averaged weights in the model's place, where there are some, and puts the trained ones back bit for bit. */
export async function withAverage<T>(model: Autoencoder, { average }: Optimizer, look: () => Promise<T>): Promise<T> {
  if (average === undefined) return look();
  const trained = Object.entries(model.weights).map(([path, variable]) => ({
    path,
    variable,
    values: variable.clone(),
  }));
  for (const { path, variable } of trained) {
    const mean = average[path];
    if (mean !== undefined) variable.assign(mean);
  }
  try {
    return await look();
  } finally {
    for (const { variable, values } of trained) {
      variable.assign(values);
      values.dispose();
    }
  }
}
