import type { CheckpointStore } from '../checkpoint/store.js';
import type { ResolvedConfig } from '../config/define.js';
import type {
  BackendProvider,
  Callback,
  Dataset,
  Logger,
  Optimizer,
  OptimizerFactory,
  Random,
  Trainer,
} from '../contracts/index.js';
import type { IdentityFaces } from '../data/identities.js';
import type { Loader } from '../data/loader.js';
import type { NamedMetric } from '../evaluate/evaluator.js';
import type { Autoencoder } from '../model/autoencoder.js';
import type { PluginRegistry } from '../plugins/registry.js';
import type { Position } from '../training/position.js';
import type { TrainedLoss } from '../training/update.js';
import type { InjectionToken } from './di.js';

/** Milliseconds since the epoch; tests put a clock of their own here. */
export interface Clock {
  now(): number;
}

// Symbol.for: two installed copies of core agree on every token.
const token = <T>(name: string): InjectionToken<T> => Symbol.for(`@fsae/core/${name}`);

export const CONFIG = token<ResolvedConfig>('config');
export const REGISTRY = token<PluginRegistry>('registry');
/** Folder that relative paths of the config start from. */
export const ROOT = token<string>('root');
export const RUN_FOLDER = token<string>('run-folder');
export const LOGGER = token<Logger>('logger');
export const CLOCK = token<Clock>('clock');
export const SIGNAL = token<AbortSignal>('signal');
export const RANDOM = token<Random>('random');
export const BACKEND = token<BackendProvider>('backend');
export const OPTIMIZERS = token<OptimizerFactory>('optimizers');
export const DATASETS = token<ReadonlyMap<string, Dataset>>('datasets');
export const IDENTITIES = token<readonly IdentityFaces[]>('identities');
export const MODEL = token<Autoencoder>('model');
/** The same network with the run's first, random weights; whoever calls it disposes it. */
export const UNTRAINED = token<() => Autoencoder>('untrained');
export const METRICS = token<readonly NamedMetric[]>('metrics');
export const LOSSES = token<readonly TrainedLoss[]>('losses');
export const OPTIMIZER = token<Optimizer>('optimizer');
export const LOADER = token<Loader>('loader');
export const CHECKPOINTS = token<CheckpointStore>('checkpoints');
export const CALLBACKS = token<readonly Callback[]>('callbacks');
export const POSITION = token<Position>('position');
export const TRAINER = token<Trainer>('trainer');
