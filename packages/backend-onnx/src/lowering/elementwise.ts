import type { Value } from '../onnx/graph.js';
import { type ElementType, Float } from '../onnx/model.js';
import type { Emitter, Lowering, LoweringTable } from './emitter.js';

const BINARY = {
  Add: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
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
  Sqrt: 'Sqrt',
  Tanh: 'Tanh',
} as const;

/** Applies a broadcasting operation; scalars stand in for filled tensors as long as another operand has the shape. */
function broadcast(type: string, result?: ElementType): Lowering {
  return (node, emit) => {
    const operands = node.inputs.map((input) => emit.operand(input));
    const shape = broadcastShape(operands);
    return emit.graph.operation(type, operands, shape, {}, result ?? operands[0]!.type);
  };
}

function unary(type: string): Lowering {
  return (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    return emit.graph.operation(type, [x], x.shape, {}, emit.type(node));
  };
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
  return emit.graph.operation(type, [x, emit.graph.scalar(value, x.type)], x.shape, {}, result);
}

function keepNaN(emit: Emitter, x: Value, result: Value): Value {
  const invalid = emit.graph.operation('IsNaN', [x], x.shape, {}, 'bool');
  return emit.graph.operation('Where', [invalid, x, result], x.shape, {}, result.type);
}

export const elementwise: LoweringTable = {
  ...each(BINARY, (type) => broadcast(type)),
  ...each(COMPARISON, (type) => broadcast(type, 'bool')),
  ...each(UNARY, unary),

  NotEqual: (node, emit) => {
    const equal = broadcast('Equal', 'bool')(node, emit);
    return emit.graph.operation('Not', [equal], equal.shape);
  },

  SquaredDifference: (node, emit) => {
    const difference = broadcast('Sub')(node, emit);
    return emit.graph.operation('Mul', [difference, difference], difference.shape);
  },

  Square: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    return emit.graph.operation('Mul', [x, x], x.shape);
  },

  Rsqrt: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    return emit.graph.operation('Reciprocal', [emit.graph.operation('Sqrt', [x], x.shape)], x.shape);
  },

  Expm1: (node, emit) => withScalar(emit, 'Sub', unary('Exp')(node, emit), 1),

  /** onnxruntime clamps its argument and loses NaN. */
  Erf: (node, emit) => keepNaN(emit, emit.operand(node.inputs[0]!), unary('Erf')(node, emit)),

  /** 0 for NaN, as in every backend of tfjs. */
  Sign: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    const [above, below] = ['Greater', 'Less'].map((type) =>
      emit.graph.cast(withScalar(emit, type, x, 0, 'bool'), 'float32'),
    );
    return emit.graph.operation('Sub', [above!, below!], x.shape);
  },

  /** 1 where x > 0, else alpha; NaN stays NaN. */
  Step: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    const positive = withScalar(emit, 'Greater', x, 0, 'bool');
    const alpha = emit.graph.float(node.attributes.alpha as number);
    const step = emit.graph.operation('Where', [positive, emit.graph.float(1), alpha], x.shape, {}, 'float32');
    return keepNaN(emit, x, step);
  },

  LeakyRelu: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    return emit.graph.operation('LeakyRelu', [x], x.shape, { alpha: new Float(node.attributes.alpha as number) });
  },

  Elu: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    return emit.graph.operation('Elu', [x], x.shape, { alpha: new Float(1) });
  },

  /** dy where y >= 0, else dy (y + 1). */
  EluGrad: (node, emit) => {
    const dy = emit.input(node, 0);
    const y = emit.input(node, 1);
    const negative = emit.graph.operation('Mul', [dy, withScalar(emit, 'Add', y, 1)], dy.shape);
    const positive = withScalar(emit, 'GreaterOrEqual', y, 0, 'bool');
    return emit.graph.operation('Where', [positive, dy, negative], dy.shape, {}, 'float32');
  },

  Selu: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    const attributes = { alpha: new Float(1.6732632423543772), gamma: new Float(1.0507009873554805) };
    return emit.graph.operation('Selu', [x], x.shape, attributes);
  },

  Relu6: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    return emit.graph.operation('Clip', [x, emit.graph.float(0), emit.graph.float(6)], x.shape);
  },

  ClipByValue: (node, emit) => {
    const x = emit.operand(node.inputs[0]!);
    const [low, high] = [emit.operand(node.inputs[1]!), emit.operand(node.inputs[2]!)];
    return emit.graph.operation('Clip', [x, low, high], x.shape);
  },

  Prelu: (node, emit) => {
    const [x, alpha] = [emit.input(node, 0), emit.input(node, 1)];
    return emit.graph.operation('PRelu', [x, alpha], x.shape);
  },

  Cast: (node, emit) => emit.graph.cast(emit.operand(node.inputs[0]!), emit.type(node)),

  /** A condition of rank one selects rows. */
  Select: (node, emit) => {
    const [condition, t, e] = node.inputs;
    let where = emit.value(condition!);
    if (condition!.shape.length === 1 && node.shape.length > 1) {
      where = emit.graph.reshape(where, [condition!.shape[0]!, ...node.shape.slice(1).map(() => 1)]);
    }
    const operands = [where, emit.operand(t!), emit.operand(e!)];
    return emit.graph.operation('Where', operands, broadcastShape(operands), {}, emit.type(node));
  },

  AddN: (node, emit) => {
    const operands = node.inputs.map((_, index) => emit.input(node, index));
    return operands.length === 1 ? operands[0]! : emit.graph.operation('Sum', operands, node.shape);
  },

  /** A scalar; whoever needs the full shape asks the emitter for the value. */
  Fill: (node, emit) => {
    const [value] = node.inputs;
    if (value === undefined) return emit.graph.scalar(node.attributes.value as number, emit.type(node));
    return emit.operand(value);
  },
};
