import { type Node, sameShape, sizeOf } from '../node.js';
import type { Graph, Value } from '../onnx/graph.js';
import { type ElementType, Float, type OnnxAttributes } from '../onnx/model.js';
import { withBias } from './bias.js';
import type { Emitter, Lowering, LoweringTable } from './emitter.js';

const BINARY = {
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Pow: 'Pow',
} as const;

const COMPARISON = {
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
} as const;

const UNARY = {
  Abs: 'Abs',
  Acos: 'Acos',
  Acosh: 'Acosh',
  Asin: 'Asin',
  Asinh: 'Asinh',
  Atan: 'Atan',
  Atanh: 'Atanh',
  Ceil: 'Ceil',
  Cos: 'Cos',
  Cosh: 'Cosh',
  Exp: 'Exp',
  Floor: 'Floor',
  IsNan: 'IsNaN',
  Log: 'Log',
  LogicalNot: 'Not',
  Neg: 'Neg',
  Reciprocal: 'Reciprocal',
  Relu: 'Relu',
  Round: 'Round',
  Sigmoid: 'Sigmoid',
  Sin: 'Sin',
  Sinh: 'Sinh',
  Softplus: 'Softplus',
  Tanh: 'Tanh',
} as const;

/** op(a, b, ...) with broadcasting; filled tensors come as scalars as long as another operand has the shape. */
function broadcast(emit: Emitter, type: string, operands: readonly Value[], result?: ElementType): Value {
  const { graph } = emit;
  const shape = broadcastShape(operands);
  const element = result ?? operands[0]!.type;
  const bases = commonBase(graph, operands, shape);
  if (bases === null) return graph.operation(type, operands, shape, {}, element);
  return graph.reshape(graph.operation(type, bases, broadcastShape(bases), {}, element), shape);
}

/**
 * The operands before they were reshaped, if the result is the same: those of full size in the flattest shape that one of
 * them has there (a matrix, where it comes from a product), the others scalars or along the last axis (a bias).
 */
function commonBase(graph: Graph, operands: readonly Value[], shape: readonly number[]): Value[] | null {
  const size = sizeOf(shape);
  const isFull = (value: Value) => sizeOf(value.shape) === size;
  const full = operands.filter(isFull).map((value) => graph.unshaped(value).shape);
  if (size === 1 || full.length === 0) return null;
  const base = full.reduce((flattest, candidate) => (candidate.length < flattest.length ? candidate : flattest));
  if (sameShape(base, shape)) return null;
  const along = base.at(-1) === shape.at(-1) ? base.at(-1) : undefined;
  const fits = (value: Value) =>
    isFull(value) || value.shape.length === 0 || (value.shape.length === 1 && value.shape[0] === along);
  if (!operands.every(fits)) return null;
  return operands.map((value) => (isFull(value) ? graph.reshape(value, base) : value));
}

const operandsOf = (node: Node, emit: Emitter): Value[] => node.inputs.map((input) => emit.operand(input));

const binary =
  (type: string, result?: ElementType): Lowering =>
  (node, emit) =>
    broadcast(emit, type, operandsOf(node, emit), result);

/** op(x) with the attributes a node calls for. */
function unary(type: string, attributesOf: (node: Node) => OnnxAttributes = () => ({})): Lowering {
  return (node, emit) =>
    emit.graph.pointwise(emit.operand(node.inputs[0]!), (x) =>
      emit.graph.operation(type, [x], x.shape, attributesOf(node), emit.type(node)),
    );
}

function broadcastShape(values: readonly Value[]): number[] {
  const rank = Math.max(...values.map((value) => value.shape.length));
  const shape = new Array<number>(rank).fill(1);
  for (const value of values) {
    const offset = rank - value.shape.length;
    value.shape.forEach((extent, axis) => {
      if (extent !== 1) shape[offset + axis] = extent;
    });
  }
  return shape;
}

function each(names: Readonly<Record<string, string>>, make: (type: string) => Lowering): LoweringTable {
  return Object.fromEntries(Object.entries(names).map(([op, type]) => [op, make(type)]));
}

/** op(x, scalar) in x's own type. */
function withScalar(emit: Emitter, type: string, x: Value, value: number, result: ElementType = x.type): Value {
  return broadcast(emit, type, [x, emit.graph.scalar(value, x.type)], result);
}

/**
 * One of two numbers by condition. Between scalars onnxruntime's Where is fast; with a tensor on one side it takes six
 * times as long, with tensors on both sides twelve times.
 */
function choose(emit: Emitter, condition: Value, yes: number, no: number): Value {
  return broadcast(emit, 'Where', [condition, emit.graph.float(yes), emit.graph.float(no)], 'float32');
}

/** The result, but NaN where x is NaN. */
function keepNaN(emit: Emitter, x: Value, result: Value): Value {
  return broadcast(emit, 'Mul', [result, choose(emit, isNaNOf(emit, x), Number.NaN, 1)]);
}

/** |x| against infinity; NaN is neither below nor equal. */
function magnitude(comparison: 'Equal' | 'Less'): Lowering {
  return (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    const size = emit.graph.pointwise(x, (base) => emit.graph.operation('Abs', [base], base.shape));
    return withScalar(emit, comparison, size, Number.POSITIVE_INFINITY, 'bool');
  };
}

function isNaNOf(emit: Emitter, x: Value): Value {
  return emit.graph.pointwise(x, (base) => emit.graph.operation('IsNaN', [base], base.shape, {}, 'bool'));
}

/** On AVX-512 onnxruntime's vectorised root of infinity is NaN. */
function squareRoot(emit: Emitter, x: Value): Value {
  const infinite = withScalar(emit, 'Equal', x, Number.POSITIVE_INFINITY, 'bool');
  const root = emit.graph.pointwise(x, (base) => emit.graph.operation('Sqrt', [base], base.shape));
  return broadcast(emit, 'Where', [infinite, x, root], 'float32');
}

/** onnxruntime's Max and Min lose the NaN of one side. */
function extreme(type: 'Max' | 'Min'): Lowering {
  return (node, emit) => {
    const [a, b] = operandsOf(node, emit) as [Value, Value];
    return keepNaN(emit, b, keepNaN(emit, a, broadcast(emit, type, [a, b])));
  };
}

/** x where x > 0, else alpha x. Max does it in two vectorised passes, onnxruntime's LeakyRelu is ten times slower. */
const leakyRelu: Lowering = (node, emit) => {
  const x = emit.operand(node.inputs[0]!);
  const alpha = node.attributes.alpha as number;
  if (alpha === 0) return unary('Relu')(node, emit);
  return broadcast(emit, alpha <= 1 ? 'Max' : 'Min', [x, withScalar(emit, 'Mul', x, alpha)]);
};

export const elementwise: LoweringTable = {
  ...each(BINARY, (type) => binary(type)),
  ...each(COMPARISON, (type) => binary(type, 'bool')),
  ...each(UNARY, (type) => unary(type)),
  Add: (node, emit) => withBias(node, emit) ?? broadcast(emit, 'Add', operandsOf(node, emit)),
  IsInf: magnitude('Equal'),
  IsFinite: magnitude('Less'),
  Maximum: extreme('Max'),
  Minimum: extreme('Min'),

  NotEqual: (node, emit) => {
    const equal = broadcast(emit, 'Equal', operandsOf(node, emit), 'bool');
    return emit.graph.pointwise(equal, (base) => emit.graph.operation('Not', [base], base.shape));
  },

  SquaredDifference: (node, emit) => {
    const difference = broadcast(emit, 'Sub', operandsOf(node, emit));
    return broadcast(emit, 'Mul', [difference, difference]);
  },

  Square: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    return broadcast(emit, 'Mul', [x, x]);
  },

  Sqrt: (node, emit) => squareRoot(emit, emit.operand(node.inputs[0]!)),

  Rsqrt: (node, emit) =>
    emit.graph.pointwise(squareRoot(emit, emit.operand(node.inputs[0]!)), (root) =>
      emit.graph.operation('Reciprocal', [root], root.shape),
    ),

  Expm1: (node, emit) => withScalar(emit, 'Sub', unary('Exp')(node, emit), 1),

  /** onnxruntime clamps its argument and loses NaN. */
  Erf: (node, emit) => keepNaN(emit, emit.operand(node.inputs[0]!), unary('Erf')(node, emit)),

  /** 0 for NaN, as in every backend of tfjs. */
  Sign: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    const beyond = (type: string) => emit.graph.cast(withScalar(emit, type, x, 0, 'bool'), 'float32');
    return broadcast(emit, 'Sub', [beyond('Greater'), beyond('Less')]);
  },

  /** 1 where x > 0, else alpha; NaN stays NaN. */
  Step: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    const positive = withScalar(emit, 'Greater', x, 0, 'bool');
    return keepNaN(emit, x, choose(emit, positive, 1, node.attributes.alpha as number));
  },

  LeakyRelu: leakyRelu,

  /** dy where x > 0, else alpha dy. */
  LeakyReluGrad: (node, emit) => {
    const [dy, x] = operandsOf(node, emit) as [Value, Value];
    const positive = withScalar(emit, 'Greater', x, 0, 'bool');
    return broadcast(emit, 'Mul', [dy, choose(emit, positive, 1, node.attributes.alpha as number)]);
  },

  Elu: unary('Elu', () => ({ alpha: new Float(1) })),
  Selu: unary('Selu', () => ({ alpha: new Float(1.6732632423543772), gamma: new Float(1.0507009873554805) })),

  /** dy where y >= 0, else dy (y + 1). */
  EluGrad: (node, emit) => {
    const [dy, y] = operandsOf(node, emit) as [Value, Value];
    const negative = broadcast(emit, 'Mul', [dy, withScalar(emit, 'Add', y, 1)]);
    const positive = withScalar(emit, 'GreaterOrEqual', y, 0, 'bool');
    return broadcast(emit, 'Where', [positive, dy, negative], 'float32');
  },

  Relu6: (node, emit) =>
    emit.graph.pointwise(emit.operand(node.inputs[0]!), (x) =>
      emit.graph.operation('Clip', [x, emit.graph.float(0), emit.graph.float(6)], x.shape),
    ),

  ClipByValue: (node, emit) => {
    const [x, low, high] = operandsOf(node, emit) as [Value, Value, Value];
    return emit.graph.pointwise(x, (base) => emit.graph.operation('Clip', [base, low, high], base.shape));
  },

  /** onnxruntime's PRelu makes NaN of infinity. */
  Prelu: (node, emit) => {
    const [x, alpha] = [emit.input(node, 0), emit.input(node, 1)];
    const negative = withScalar(emit, 'Less', x, 0, 'bool');
    return broadcast(emit, 'Where', [negative, broadcast(emit, 'Mul', [x, alpha]), x], 'float32');
  },

  Cast: (node, emit) => emit.graph.cast(emit.operand(node.inputs[0]!), emit.type(node)),

  /** A condition of rank one selects rows. */
  Select: (node, emit) => {
    const [condition, t, e] = node.inputs;
    let where = emit.value(condition!);
    if (condition!.shape.length === 1 && node.shape.length > 1) {
      where = emit.graph.reshape(where, [condition!.shape[0]!, ...node.shape.slice(1).map(() => 1)]);
    }
    return broadcast(emit, 'Where', [where, emit.operand(t!), emit.operand(e!)], emit.type(node));
  },

  AddN: (node, emit) => {
    const operands = node.inputs.map((_, index) => emit.input(node, index));
    return operands.length === 1 ? operands[0]! : broadcast(emit, 'Sum', operands);
  },

  /** A scalar; whoever needs the full shape asks the emitter for the value. */
  Fill: (node, emit) => {
    const [value] = node.inputs;
    if (value === undefined) return emit.graph.scalar(node.attributes.value as number, emit.type(node));
    return emit.operand(value);
  },
};
