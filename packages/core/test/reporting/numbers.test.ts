import { expect, test } from 'vitest';
import { duration, shortNumber } from '../../src/reporting/numbers.js';

test('durations as a person writes them', () => {
  expect([3, 123, 3723, 47 * 3600, 60 * 3600, 5e9, Number.NaN].map(duration)).toEqual([
    '0:03',
    '2:03',
    '1:02:03',
    '47:00:00',
    '3 days',
    '57,870 days',
    '?',
  ]);
});

test('numbers with three digits', () => {
  expect([0.01234, 12.345, 1234.5, 0, 2e-7, 3e9].map(shortNumber)).toEqual([
    '0.0123',
    '12.3',
    '1235',
    '0',
    '2.0e-7',
    '3.0e+9',
  ]);
});
