import * as tf from '@tensorflow/tfjs';
import { isFloat, isNumeric, type Kernel, type KernelTable, nodesOf } from './kernel.js';

type Accepts = (...tensors: readonly tf.TensorInfo[]) => boolean;

function binary(op: string, accepts: Accepts, dtype?: tf.DataType): Kernel {
  return ({ a, b }, _, backend) => {
    if (!accepts(a, b)) return null;
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return backend.record(op, nodesOf(backend, [a, b]), shape, dtype ?? a.dtype);
  };
}

function unary(op: string, accepts: Accepts = isFloat, dtype?: tf.DataType): Kernel {
  return ({ x }, _, backend) => {
    if (!accepts(x)) return null;
    return backend.record(op, nodesOf(backend, [x]), x.shape, dtype ?? x.dtype);
  };
}

const isBool: Accepts = (...tensors) => tensors.every((tensor) => tensor.dtype === 'bool');

const each = (ops: readonly string[], make: (op: string) => Kernel): KernelTable =>
  Object.fromEntries(ops.map((op) => [op, make(op)]));

const FLOAT_UNARY = [
  'Acos',
  'Acosh',
  'Asin',
  'Asinh',
  'Atan',
  'Atanh',
  'Ceil',
  'Cos',
  'Cosh',
  'Elu',
  'Erf',
  'Exp',
  'Floor',
  'Log',
  'Reciprocal',
  'Relu',
  'Relu6',
  'Round',
  'Rsqrt',
  'Selu',
  'Sigmoid',
  'Sign',
  'Sin',
  'Sinh',
  'Softplus',
  'Sqrt',
  'Tanh',
];

export const elementwise: KernelTable = {
  ...each(['Add', 'Sub', 'Multiply'], (op) => binary(op, isNumeric)),
  ...each(['RealDiv', 'Pow', 'Maximum', 'Minimum', 'SquaredDifference'], (op) => binary(op, isFloat)),
  ...each(['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'], (op) => binary(op, isNumeric, 'bool')),
  ...each(['LogicalAnd', 'LogicalOr'], (op) => binary(op, isBool, 'bool')),
  LogicalNot: unary('LogicalNot', isBool),
  ...each(['Neg', 'Abs', 'Square'], (op) => unary(op, isNumeric)),
  ...each(FLOAT_UNARY, (op) => unary(op)),
  ...each(['IsNan', 'IsInf', 'IsFinite'], (op) => unary(op, isFloat, 'bool')),

  Step: ({ x }, { alpha }, backend) =>
    isFloat(x) ? backend.record('Step', nodesOf(backend, [x]), x.shape, 'float32', { alpha }) : null,

  LeakyRelu: ({ x }, { alpha }, backend) =>
    isFloat(x) ? backend.record('LeakyRelu', nodesOf(backend, [x]), x.shape, 'float32', { alpha }) : null,

  LeakyReluGrad: ({ dy, x }, { alpha }, backend) =>
    isFloat(dy, x) ? backend.record('LeakyReluGrad', nodesOf(backend, [dy, x]), x.shape, 'float32', { alpha }) : null,

  EluGrad: ({ dy, y }, _, backend) =>
    isFloat(dy, y) ? backend.record('EluGrad', nodesOf(backend, [dy, y]), y.shape, 'float32') : null,

  Prelu: ({ x, alpha }, _, backend) =>
    isFloat(x, alpha) ? backend.record('Prelu', nodesOf(backend, [x, alpha]), x.shape, 'float32') : null,

  ClipByValue: ({ x }, { clipValueMin, clipValueMax }, backend) => {
    if (!isFloat(x)) return null;
    // The bounds are fed like any other value: a schedule must not compile a graph per step.
    const bounds = [clipValueMin, clipValueMax].map((bound) => backend.scalar(bound, 'float32'));
    return backend.record('ClipByValue', [...nodesOf(backend, [x]), ...bounds], x.shape, 'float32');
  },

  AddN: (tensors, _, backend) =>
    isFloat(...tensors) ? backend.record('AddN', nodesOf(backend, tensors), tensors[0].shape, 'float32') : null,

  Select: ({ condition, t, e }, _, backend) => {
    if (condition.dtype !== 'bool' || !isNumeric(t, e) || t.dtype !== e.dtype) return null;
    return backend.record('Select', nodesOf(backend, [condition, t, e]), t.shape, t.dtype);
  },

  Cast: ({ x }, { dtype }, backend) => {
    if (x.dtype === dtype) return backend.alias(x, x.shape);
    const native = (type: string) => type === 'float32' || type === 'int32' || type === 'bool';
    if (!native(x.dtype) || !native(dtype)) return null;
    return backend.record('Cast', nodesOf(backend, [x]), x.shape, dtype);
  },

  Fill: (_, { shape, value, dtype }, backend) => {
    const type = dtype ?? tf.util.inferDtype(value);
    return typeof value === 'number' || typeof value === 'boolean' ? backend.fill(shape, Number(value), type) : null;
  },
  ZerosLike: ({ x }, _, backend) => backend.fill(x.shape, 0, x.dtype),
  OnesLike: ({ x }, _, backend) => backend.fill(x.shape, 1, x.dtype),
};
