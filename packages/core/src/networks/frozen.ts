import * as tf from '@tensorflow/tfjs';
import type { Shape } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import type { NetworkFiles } from './artifacts.js';
import type { Architecture } from './catalogue.js';
import { dlibResnet, landmarks68 } from './face-api.js';
import type { FrozenNetwork, NetworkDescription, NetworkInput } from './network.js';
import { repairs } from './repairs.js';
import { type GraphNode, unfuse } from './unfuse.js';

/** A network on the device, before the scaling of its input. */
interface Loaded {
  readonly inputShape: Shape;
  run(x: tf.Tensor4D): tf.Tensor;
  dispose(): void;
}

interface FreezeOptions {
  /** For messages. */
  readonly file: string;
  readonly architecture: Architecture;
  readonly repair: string | undefined;
  readonly description: NetworkDescription;
}

/** Pictures as they are: [0, 1]. */
const UNCHANGED: NetworkInput = { mean: 0, scale: 255, order: 'rgb' };

/**
 * Makes a network of its files; the artifacts may be changed.
 * @throws FSAE_NETWORK_GRAPH, FSAE_NETWORK_REPAIR
 */
export async function freeze(files: NetworkFiles, options: FreezeOptions): Promise<FrozenNetwork> {
  const { description } = options;
  const { input = UNCHANGED } = description;
  const loaded = await build(files.artifacts, options);
  return {
    inputShape: loaded.inputShape,
    licence: description.licence,
    description,
    sha256: files.sha256,
    apply: (images) => loaded.run(scaled(images, input)),
    dispose: () => loaded.dispose(),
  };
}

/** [0, 1] RGB to what the network was trained on. */
function scaled(images: tf.Tensor4D, { mean, scale, order }: NetworkInput): tf.Tensor4D {
  // Not tf.reverse: its gradient is missing on some backends, a gather of three slices is everywhere.
  const ordered = order === 'rgb' ? images : tf.concat(tf.split(images, 3, 3).reverse(), 3);
  if (mean === 0 && scale === 255) return ordered as tf.Tensor4D;
  const shift = typeof mean === 'number' ? tf.scalar(-mean / scale) : tf.tensor1d(mean.map((of) => -of / scale));
  return tf.add(tf.mul(ordered, 255 / scale), shift);
}

async function build(artifacts: tf.io.ModelArtifacts, options: FreezeOptions): Promise<Loaded> {
  if (options.architecture === 'dlib-resnet') return fromWeights(artifacts, [150, 150, 3], dlibResnet);
  if (options.architecture === 'landmarks-68') return fromWeights(artifacts, [112, 112, 3], landmarks68);
  const refuse = (reason: string, cause?: unknown) =>
    fsaeError('FSAE_NETWORK_GRAPH', { file: options.file, reason }, cause);
  const { repair } = options;
  if (repair !== undefined) {
    const known = repairs[repair];
    if (known === undefined)
      throw refuse(`there is no repair "${repair}" (there are: ${Object.keys(repairs).join(', ')})`);
    known(artifacts);
  }
  const { modelTopology } = artifacts;
  if (modelTopology === undefined) throw refuse('there is no modelTopology in it');
  const nodes = (modelTopology as { node?: GraphNode[] }).node;
  if (nodes !== undefined) unfuse(nodes);
  const handler: tf.io.IOHandler = { load: async () => artifacts };
  let model: tf.GraphModel | tf.LayersModel;
  try {
    model = nodes === undefined ? await tf.loadLayersModel(handler) : await tf.loadGraphModel(handler);
  } catch (error) {
    throw refuse((error as Error).message, error);
  }
  const [input, ...others] = model.inputs;
  const [, rows, columns, channels] = input?.shape ?? [];
  if (others.length > 0 || channels !== 3 || !rows || !columns || rows < 1 || columns < 1) {
    model.dispose();
    throw refuse(`inputs ${model.inputs.map(({ name, shape }) => `${name} [${shape}]`).join(', ')}`);
  }
  const run = runner(model, options.description.output);
  try {
    await checkOutput(run, [rows, columns, channels]);
  } catch (error) {
    model.dispose();
    throw refuse((error as Error).message, error);
  }
  return { inputShape: [rows, columns, channels], run, dispose: () => model.dispose() };
}

function runner(model: tf.GraphModel | tf.LayersModel, output: NetworkDescription['output']): Loaded['run'] {
  const single = (result: tf.Tensor | readonly tf.Tensor[]): tf.Tensor => {
    if (!Array.isArray(result)) return result as tf.Tensor;
    if (result.length !== 1) throw new Error(`it has ${result.length} outputs, and none was named`);
    return result[0];
  };
  if (isGraph(model)) {
    if (typeof output !== 'object') return (x) => single(model.execute(x, output));
    return (x) => joined(model.execute(x, [...output]) as tf.Tensor[], x.shape[0]);
  }
  model.trainable = false;
  return (x) => single(model.apply(x, { training: false }) as tf.Tensor | tf.Tensor[]);
}

function joined(outputs: readonly tf.Tensor[], batch: number): tf.Tensor {
  return tf.concat(
    outputs.map((output) => tf.reshape(output, [batch, -1])),
    1,
  );
}

/** Structural: `instanceof` fails where two copies of tfjs are installed. */
function isGraph(model: tf.GraphModel | tf.LayersModel): model is tf.GraphModel {
  return !('layers' in model);
}

/** One grey picture through the network now, so that what does not run says so before training begins. */
async function checkOutput(run: Loaded['run'], [rows, columns, channels]: Shape): Promise<void> {
  const output = tf.tidy(() => run(tf.fill([1, rows, columns, channels], 0.5)));
  const values = await output.data();
  output.dispose();
  if (!values.every(Number.isFinite)) throw new Error('a grey picture gives values that are not finite');
}

function fromWeights(
  { weightData, weightSpecs = [] }: tf.io.ModelArtifacts,
  inputShape: Shape,
  network: (weights: tf.NamedTensorMap, x: tf.Tensor4D) => tf.Tensor,
): Loaded {
  const weights = tf.io.decodeWeights(weightData as ArrayBuffer, weightSpecs as tf.io.WeightsManifestEntry[]);
  return { inputShape, run: (x) => network(weights, x), dispose: () => tf.dispose(weights) };
}
