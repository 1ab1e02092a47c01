import * as tf from '@tensorflow/tfjs';
import { isNative, type Node } from '../node.js';
import { isFloat, isNumeric, type KernelTable, nodesOf } from './kernel.js';

/** Where the indices are known already, the call that is wrong fails and not a read long after. */
function assertInside({ values }: Node, extent: number): void {
  if (values === null) return;
  for (const index of values as Int32Array) {
    tf.util.assert(
      index >= 0 && index < extent,
      () => `GatherV2: the index value ${index} is not in [0, ${extent - 1}]`,
    );
  }
}

export const shape: KernelTable = {
  Identity: ({ x }, _, backend) => backend.alias(x, x.shape),

  Reshape: ({ x }, { shape }, backend) => {
    const size = tf.util.sizeFromShape(x.shape);
    const inferred = tf.util.inferFromImplicitShape(shape, size);
    const wanted = tf.util.sizeFromShape(inferred);
    tf.util.assert(
      size === wanted,
      () =>
        `The new shape (${inferred}) has ${wanted} elements and the old shape (${x.shape}) has ${size} elements. The new shape and old shape must have the same number of elements.`,
    );
    return backend.alias(x, inferred);
  },

  ExpandDims: ({ input }, { dim }, backend) => {
    const rank = input.shape.length;
    tf.util.assert(-(rank + 1) <= dim && dim <= rank, () => `Axis must be in the interval [${-(rank + 1)}, ${rank}]`);
    const expanded = input.shape.slice();
    expanded.splice(dim < 0 ? rank + dim + 1 : dim, 0, 1);
    return backend.alias(input, expanded);
  },

  Transpose: ({ x }, { perm }, backend) => {
    if (!isNumeric(x)) return null;
    const permuted = perm.map((axis: number) => x.shape[axis]);
    return backend.record('Transpose', nodesOf(backend, [x]), permuted, x.dtype, { permutation: perm });
  },

  DepthToSpace: ({ x }, { blockSize, dataFormat }, backend) => {
    if (!isNumeric(x) || dataFormat !== 'NHWC') return null;
    const [n, h, w, c] = x.shape;
    const channels = c / (blockSize * blockSize);
    const blocks = backend.reshape(backend.nodeOf(x), [n, h, w, blockSize, blockSize, channels]);
    const shape = [n, h, blockSize, w, blockSize, channels];
    const moved = backend.node('Transpose', [blocks], shape, x.dtype, { permutation: [0, 1, 3, 2, 4, 5] });
    return backend.tensorOf(backend.reshape(moved, [n, h * blockSize, w * blockSize, channels]));
  },

  Concat: (inputs, { axis }, backend) => {
    const tensors = inputs as tf.TensorInfo[];
    const position = tf.util.parseAxisParam(axis, tensors[0]!.shape)[0]!;
    const shapes = tensors.map((tensor) => tensor.shape);
    tf.backend_util.assertParamsConsistent(shapes, position);
    if (!isNumeric(...tensors)) return null;
    const outShape = tf.backend_util.computeOutShape(shapes, position);
    if (tensors.length === 1) return backend.alias(tensors[0]!, tensors[0]!.shape);
    return backend.record('Concat', nodesOf(backend, tensors), outShape, tensors[0]!.dtype, { axis: position });
  },

  Pack: (inputs, { axis }, backend) => {
    const tensors = inputs as tf.TensorInfo[];
    if (!isNumeric(...tensors)) return null;
    const { dtype, shape: common } = tensors[0]!;
    for (const tensor of tensors) {
      tf.util.assertShapesMatch(common, tensor.shape, 'All tensors passed to stack must have matching shapes');
      tf.util.assert(dtype === tensor.dtype, () => 'All tensors passed to stack must have matching dtypes');
    }
    const position = axis < 0 ? common.length + 1 + axis : axis;
    const unit = [...common.slice(0, position), 1, ...common.slice(position)];
    const parts = nodesOf(backend, tensors).map((node) => backend.reshape(node, unit));
    const stacked = unit.slice();
    stacked[position] = tensors.length;
    return backend.record('Concat', parts, stacked, dtype, { axis: position });
  },

  Unpack: ({ value }, { axis }, backend) => {
    if (!isNumeric(value)) return null;
    const rank = value.shape.length;
    const position = axis < 0 ? axis + rank : axis;
    const node = backend.nodeOf(value);
    const size = value.shape.slice();
    size[position] = 1;
    const outShape = value.shape.filter((_: number, index: number) => index !== position);
    return Array.from({ length: value.shape[position] }, (_, index) => {
      const begin = size.map((_: number, at: number) => (at === position ? index : 0));
      return backend.tensorOf(backend.reshape(backend.node('Slice', [node], size, value.dtype, { begin }), outShape));
    });
  },

  Slice: ({ x }, { begin, size }, backend) => {
    const [start, extent] = tf.slice_util.parseSliceParams(x, begin, size) as [number[], number[]];
    tf.slice_util.assertParamsValid(x, start, extent);
    if (!isNumeric(x)) return null;
    const node = backend.nodeOf(x);
    // Rows of data that is there already (a batch of a data set): a view's copy, no graph per position.
    if (node.values !== null && tf.slice_util.isSliceContinous(x.shape, start, extent)) {
      const offset = tf.slice_util.computeFlatOffset(start, tf.util.computeStrides(x.shape));
      const values = (node.values as Float32Array).slice(offset, offset + tf.util.sizeFromShape(extent));
      return backend.tensorOf(backend.adopt(values, extent, x.dtype));
    }
    return backend.record('Slice', [node], extent, x.dtype, { begin: start });
  },

  SplitV: ({ x }, { numOrSizeSplits, axis }, backend) => {
    if (!isNumeric(x)) return null;
    const position = tf.util.parseAxisParam(axis, x.shape)[0]!;
    const sizes = tf.backend_util.prepareSplitSize(x, numOrSizeSplits, position);
    const node = backend.nodeOf(x);
    let from = 0;
    return sizes.map((extent) => {
      const size = x.shape.slice();
      size[position] = extent;
      const begin = size.map((_: number, at: number) => (at === position ? from : 0));
      from += extent;
      return backend.record('Slice', [node], size, x.dtype, { begin });
    });
  },

  PadV2: ({ x }, { paddings, constantValue }, backend) => {
    if (!isFloat(x)) return null;
    const before = paddings.map((pair: [number, number]) => pair[0]);
    const after = paddings.map((pair: [number, number]) => pair[1]);
    const padded = x.shape.map((extent: number, axis: number) => before[axis] + extent + after[axis]);
    const value = backend.scalar(constantValue, 'float32');
    return backend.record('Pad', [backend.nodeOf(x), value], padded, 'float32', { before, after });
  },

  MirrorPad: ({ x }, { paddings, mode }, backend) => {
    if (!isFloat(x) || mode !== 'reflect') return null;
    const before = paddings.map((pair: [number, number]) => pair[0]);
    const after = paddings.map((pair: [number, number]) => pair[1]);
    const padded = x.shape.map((extent: number, axis: number) => before[axis] + extent + after[axis]);
    return backend.record('MirrorPad', nodesOf(backend, [x]), padded, 'float32', { before, after });
  },

  Tile: ({ x }, { reps }, backend) => {
    if (!isNative(x.dtype)) return null;
    const tiled = x.shape.map((extent: number, axis: number) => extent * reps[axis]);
    return backend.record('Tile', nodesOf(backend, [x]), tiled, x.dtype, { repeats: reps });
  },

  GatherV2: ({ x, indices }, { axis, batchDims }, backend) => {
    if (!isNumeric(x) || indices.dtype !== 'int32' || batchDims) return null;
    const position = tf.util.parseAxisParam(axis, x.shape)[0]!;
    const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, position, 0);
    const [table, positions] = nodesOf(backend, [x, indices]) as [Node, Node];
    assertInside(positions, x.shape[position]);
    return backend.record('Gather', [table, positions], info.outputShape, x.dtype, { axis: position });
  },

  OneHot: ({ indices }, { depth, onValue, offValue, dtype }, backend) => {
    if (indices.dtype !== 'int32' || (dtype !== 'float32' && dtype !== 'int32') || onValue !== 1 || offValue !== 0)
      return null;
    const column = backend.reshape(backend.nodeOf(indices), [...indices.shape, 1]);
    const places = backend.adopt(
      Int32Array.from({ length: depth }, (_, i) => i),
      [depth],
      'int32',
    );
    const shape = [...indices.shape, depth];
    return backend.record('Cast', [backend.node('Equal', [column, places], shape, 'bool')], shape, dtype);
  },

  Reverse: ({ x }, { dims }, backend) => {
    if (!isNumeric(x) || x.shape.length === 0) return null;
    const axes = tf.util.parseAxisParam(dims, x.shape);
    const flipped = (axis: number) => axes.includes(axis);
    const begin = x.shape.map((extent: number, axis: number) => (flipped(axis) ? extent - 1 : 0));
    const end = x.shape.map((extent: number, axis: number) => (flipped(axis) ? -1 - extent : extent));
    const strides = x.shape.map((_: number, axis: number) => (flipped(axis) ? -1 : 1));
    return backend.record('StridedSlice', nodesOf(backend, [x]), x.shape, x.dtype, { begin, end, strides });
  },
};
