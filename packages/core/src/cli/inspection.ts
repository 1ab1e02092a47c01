import Table from 'cli-table3';
import { duration, shortNumber } from '../reporting/numbers.js';
import type { Inspection } from '../run/inspect.js';

/** The inspection as a person reads it. */
export async function inspectionText(inspection: Inspection): Promise<string> {
  const layers = new Table({
    head: ['part', 'layer', 'output', 'parameters', 'MMAC'],
    style: { head: [], border: [] },
  });
  for (const part of inspection.parts) {
    for (const layer of part.layers) {
      layers.push([
        part.name,
        layer.name,
        layer.output.join('x'),
        thousands(layer.parameters),
        (layer.macs / 1e6).toFixed(3),
      ]);
    }
    layers.push([
      part.name,
      'in all',
      '',
      thousands(part.parameters),
      part.macs === null ? '?' : (part.macs / 1e6).toFixed(3),
    ]);
  }
  const { accounting, flopsPerStep } = inspection;
  const bottleneck = new Table({
    head: ['picture', 'latent', 'elements in', 'elements out', 'ratio', 'kept', 'grid cells'],
    style: { head: [], border: [] },
  });
  bottleneck.push([
    accounting.image.join('x'),
    accounting.latent.join('x'),
    thousands(accounting.elementsIn),
    thousands(accounting.elementsOut),
    `${accounting.ratio.toFixed(1)}x`,
    `${(accounting.kept * 100).toFixed(2)} %`,
    String(accounting.cells),
  ]);
  const lines = [
    layers.toString(),
    bottleneck.toString(),
    `Parameters: ${thousands(inspection.parameters)}; ${(inspection.trainingBytes / 2 ** 20).toFixed(0)} MiB with gradients and Adam's moments.`,
    `Cost of a step: ${flopsPerStep === null ? 'unknown (a part does not say)' : `${(flopsPerStep / 1e9).toFixed(2)} GFLOP`}.`,
  ];
  lines.push(estimateLine(inspection));
  return lines.join('\n');
}

/** How long it will take here: worth knowing before it begins. */
export function estimateLine({ estimate, steps, parameters }: Inspection): string {
  const size = `${thousands(parameters)} parameters, ${thousands(steps)} steps`;
  if (estimate === null) return `${size}: a part does not say what it costs, so how long it takes is not known.`;
  const { backend, gflopsPerSecond, secondsPerStep } = estimate;
  return `${size}: about ${duration(secondsPerStep * steps)} on ${backend} here (${shortNumber(gflopsPerSecond)} GFLOP/s in one convolution, ${shortNumber(secondsPerStep)} s a step).`;
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}
