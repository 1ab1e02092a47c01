import { installTfjsNode, removeTfjsNode } from '../../backends/install/tfjs-node.js';
import { fsaeError } from '../../errors/catalogue.js';
import { flag, text } from '../options.js';
import type { Session } from '../session.js';

export async function run(
  [action, name]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  if (name !== 'tfjs-node' || (action !== 'install' && action !== 'remove')) {
    throw fsaeError('FSAE_CLI_INPUTS', {
      command: 'backend',
      expected: 'install tfjs-node, or remove tfjs-node',
      received: `${action} ${name}`,
    });
  }
  const gpu = flag(options, 'gpu');
  const shown = `tfjs-node${gpu ? '-gpu' : ''}`;
  if (action === 'remove') {
    await removeTfjsNode({ project: session.cwd, gpu });
    session.print(`${shown} is removed.`);
    return 0;
  }
  const tensorflow = text(options, 'tensorflow');
  const where = { project: session.cwd, gpu, ...(tensorflow === undefined ? {} : { tensorflow }) };
  const verified = await installTfjsNode(where, session.logger);
  const on = verified.usesGpu ? 'the GPU' : 'the CPU';
  session.print(`${shown} works on TensorFlow ${verified.tensorflow} and ${on}; its gradients agree with cpu.`);
  if (gpu && !verified.usesGpu) session.logger.warn('TensorFlow found no GPU: check the driver with nvidia-smi.');
  return 0;
}
