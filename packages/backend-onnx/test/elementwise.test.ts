import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { type Array_, expectAgreement } from './both.js';
import { generator } from './network.js';

// Longer than any vector register, with every special value at several positions of a vector and in the remainder.
const SPECIAL = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 1e-30, -1e-30, 2.5, -2.5, 3.5];
const random = generator(7);
const special: Array_ = {
  shape: [3, 41],
  dtype: 'float32',
  values: Float32Array.from({ length: 123 }, (_, i) => (i % 3 === 0 ? random() * 4 - 2 : SPECIAL[i % SPECIAL.length]!)),
};
const shuffled: Array_ = {
  ...special,
  values: special.values.map((_, i, all) => all[(i * 50 + 17) % 123]!) as Float32Array,
};
const row: Array_ = { shape: [41], dtype: 'float32', values: shuffled.values.slice(0, 41) };
const ones: Array_ = { shape: [3, 1], dtype: 'int32', values: Int32Array.of(-3, 0, 7) };
const integers: Array_ = {
  shape: [3, 5],
  dtype: 'int32',
  values: Int32Array.from({ length: 15 }, (_, i) => i * 7 - 50),
};

const UNARY = {
  abs: tf.abs,
  acos: tf.acos,
  acosh: tf.acosh,
  asin: tf.asin,
  asinh: tf.asinh,
  atan: tf.atan,
  atanh: tf.atanh,
  ceil: tf.ceil,
  cos: tf.cos,
  cosh: tf.cosh,
  elu: tf.elu,
  erf: tf.erf,
  exp: tf.exp,
  expm1: tf.expm1,
  floor: tf.floor,
  isFinite: tf.isFinite,
  isInf: tf.isInf,
  isNaN: tf.isNaN,
  log: tf.log,
  log1p: tf.log1p,
  neg: tf.neg,
  reciprocal: tf.reciprocal,
  relu: tf.relu,
  relu6: tf.relu6,
  round: tf.round,
  selu: tf.selu,
  sigmoid: tf.sigmoid,
  sign: tf.sign,
  sin: tf.sin,
  sinh: tf.sinh,
  softplus: tf.softplus,
  sqrt: tf.sqrt,
  square: tf.square,
  tan: tf.tan,
  tanh: tf.tanh,
};
const BINARY = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  floorDiv: tf.floorDiv,
  mod: tf.mod,
  atan2: tf.atan2,
};

describe('special values come out as on cpu', () => {
  for (const [name, op] of Object.entries(UNARY)) test(name, () => expectAgreement((x) => op(x!), [special]));
  test('step', () => expectAgreement((x) => tf.step(x!, 0.25), [special]));
  test('leakyRelu', () => expectAgreement((x) => tf.leakyRelu(x!, 0.1), [special]));
  test('prelu', () => expectAgreement((x, y) => tf.prelu(x!, y!), [special, row]));
  test('clipByValue', () => expectAgreement((x) => tf.clipByValue(x!, -0.75, 0.5), [special]));
  for (const [name, op] of Object.entries(BINARY)) {
    test(`${name}, equal shapes`, () => expectAgreement((a, b) => op(a!, b!), [special, shuffled]));
    test(`${name}, broadcast`, () => expectAgreement((a, b) => op(a!, b!), [special, row]));
    test(`${name}, int32`, () => expectAgreement((a, b) => op(a!, b!), [integers, ones]));
  }
  // The vectorised root of -0 is 0, so its reciprocal has the other sign.
  test('rsqrt', () =>
    expectAgreement((x) => tf.rsqrt(x!), [{ ...special, values: special.values.map((x) => (x === 0 ? 0 : x)) }]));
  // 1^NaN and (-1)^Infinity are 1 in IEEE 754 and TensorFlow, NaN in ECMAScript: finite exponents only.
  test('pow', () => {
    const exponents = { ...special, values: special.values.map((_, i) => [2, -1, 0.5, 0, 3][i % 5]!) };
    return expectAgreement((a, b) => tf.pow(a!, b!), [special, exponents]);
  });
  for (const [name, op] of Object.entries({ max: tf.max, min: tf.min, sum: tf.sum, mean: tf.mean, prod: tf.prod })) {
    test(`${name} over an axis`, () => expectAgreement((x) => [op(x!, 0), op(x!, 1, true)], [special]));
  }
  test('where', () => expectAgreement((a, b) => tf.where(tf.greater(a!, 0), a!, b!), [special, shuffled]));
  test('tiles of numbers and of truth values', () =>
    expectAgreement(
      (a) => {
        const pending = (tf.backend() as { pending?: ReadonlySet<unknown> }).pending;
        const recorded = pending?.size;
        const tiled = [tf.tile(a!, [2, 3]), tf.tile(tf.greater(a!, 0), [2, 3])];
        // Nothing was computed on the way: a truth value that falls back to cpu would cut the graph.
        if (recorded !== undefined) expect(pending!.size).toBe(recorded + 3);
        return tiled;
      },
      [special],
    ));
  test('oneHot, places outside of it included', () =>
    expectAgreement(
      (a) => [tf.oneHot(a!, 4), tf.oneHot(a!, 4, 1, 0, 'float32'), tf.oneHot(a!, 4, 0.9, 0.1, 'float32')],
      [{ shape: [2, 3], dtype: 'int32', values: Int32Array.of(0, 3, -1, 4, 1, 2) }],
    ));
  test('casts', () =>
    expectAgreement(
      (a) => [tf.cast(a!, 'float32'), tf.cast(a!, 'bool'), tf.cast(tf.cast(a!, 'bool'), 'int32')],
      [integers],
    ));
});
