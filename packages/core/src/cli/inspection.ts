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
  const { accounting, flopsPerStep, estimate, steps } = inspection;
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
  if (estimate !== null) {
    lines.push(
      `On ${estimate.backend} here (${shortNumber(estimate.gflopsPerSecond)} GFLOP/s): about ${shortNumber(estimate.secondsPerStep)} s a step, ${duration(estimate.secondsPerStep * steps)} for ${thousands(steps)} steps.`,
    );
  }
  return lines.join('\n');
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}
