import { onnxError } from '../errors.js';
import type { Initializer, Operation } from './model.js';

/** Is this the number of recorded pictures, or a multiple of it? */
export const isOf = (batch: number, extent: number): boolean => extent > 0 && extent % batch === 0;

interface Body {
  readonly operations: readonly Operation[];
  readonly initializers: readonly Initializer[];
}

/**
 * A graph recorded with `batch` pictures as one for any number: shapes that are constants say -1 (Reshape) or are computed
 * from the shape of the input named `source` (Expand, Tile).
 *
 * @throws FSAE_ONNX_EXPORT for what cannot be said so
 */
export function forAnyBatch(
  operations: readonly Operation[],
  initializers: readonly Initializer[],
  { batch, source }: { readonly batch: number; readonly source: string },
): Body {
  const constants = new Map(initializers.map((initializer) => [initializer.name, initializer]));
  const added = new Map<string, Initializer>();
  const sizes: Operation[] = [];
  const integers = (values: readonly number[]): string => {
    const name = `shape ${values.join(' ')}`;
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    added.set(name, { name, type: 'int64', shape: [values.length], bytes });
    return name;
  };
  /** `extents` with the true number of pictures in the place of `position`. */
  const sized = (extents: readonly number[], position: number): string => {
    const name = `extents ${extents.with(position, -1).join(' ')}`;
    if (sizes.some(({ outputs }) => outputs[0] === name)) return name;
    const node = (type: string, inputs: readonly string[], output: string, attributes: Operation['attributes']) =>
      sizes.push({ type, domain: '', inputs, outputs: [output], attributes });
    if (sizes.length === 0) node('Shape', [source], 'batch', { start: 0, end: 1 });
    const parts = [extents.slice(0, position), extents.slice(position + 1)].map((part) =>
      part.length === 0 ? [] : [integers(part)],
    );
    node('Concat', [...parts[0]!, 'batch', ...parts[1]!], name, { axis: 0 });
    return name;
  };
  const body = operations.map((operation): Operation => {
    const [x, shape = ''] = operation.inputs;
    const extents = integersOf(constants.get(shape));
    const positions = extents.flatMap((extent, position) => (isOf(batch, extent) ? [position] : []));
    const [position] = positions;
    if (position === undefined) return operation;
    if (positions.length > 1) throw impossible(operation);
    const withShape = (name: string): Operation => ({ ...operation, inputs: [x!, name] });
    if (operation.type === 'Reshape') return withShape(integers(extents.with(position, -1)));
    const isWhole = extents[position] === batch;
    if ((operation.type === 'Expand' || operation.type === 'Tile') && isWhole)
      return withShape(sized(extents, position));
    throw impossible(operation);
  });
  const used = new Set([...sizes, ...body].flatMap(({ inputs }) => inputs));
  const kept = [...constants.values(), ...added.values()].filter(({ name }) => used.has(name));
  return { operations: [...sizes, ...body], initializers: kept };
}

function integersOf(constant: Initializer | undefined): number[] {
  if (constant?.type !== 'int64') return [];
  const { buffer, byteOffset, byteLength } = constant.bytes;
  return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number);
}

function impossible({ type }: Operation) {
  return onnxError('FSAE_ONNX_EXPORT', { reason: `its ${type} depends on how many pictures there are` });
}
