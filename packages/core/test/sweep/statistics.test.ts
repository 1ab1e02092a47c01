import { describe, expect, test } from 'vitest';
import { seedInterval, tQuantile } from '../../src/sweep/report/interval.js';
import { aicc, bic, brokenLine, polynomial } from '../../src/sweep/report/regression.js';
import { compareModels, type Transition } from '../../src/sweep/report/transition.js';
import { createRandom } from '../../src/training/random.js';
import reference from './fixtures/broken-line.json' with { type: 'json' };

describe('against scipy and numpy (scripts/fixtures/broken_line.py)', () => {
  test.each(reference.cases)(
    '$name: the break, the slopes and the residuals of an exhaustive search',
    ({ x, y, broken }) => {
      const fit = brokenLine(x)(y);
      expect(fit.at).toBeCloseTo(broken.at, 5);
      expect(fit.rss).toBeCloseTo(broken.rss, 9);
      expect(fit.slopes[0]).toBeCloseTo(broken.slopes[0]!, 5);
      expect(fit.slopes[1]).toBeCloseTo(broken.slopes[1]!, 5);
      expect(aicc(fit, x.length)).toBeCloseTo(broken.aicc, 6);
      expect(bic(fit, x.length)).toBeCloseTo(broken.bic, 6);
    },
  );

  test.each(reference.cases)('$name: polynomials', ({ x, y, polynomials }) => {
    for (const { degree, rss, aicc: expectedAicc, bic: expectedBic } of polynomials) {
      const fit = polynomial(x, degree)(y);
      expect(fit.rss).toBeCloseTo(rss, 9);
      expect(aicc(fit, x.length)).toBeCloseTo(expectedAicc, 6);
      expect(bic(fit, x.length)).toBeCloseTo(expectedBic, 6);
      const residuals = x.map((value, i) => y[i]! - fit.predict(value));
      expect(residuals.reduce((sum, r) => sum + r * r, 0)).toBeCloseTo(rss, 9);
    }
  });

  test("Student's t", () => {
    for (const { degrees, value } of reference.quantiles) expect(tQuantile(0.975, degrees)).toBeCloseTo(value, 8);
    const { low, high, n } = seedInterval(reference.sample.values);
    expect([low, high, n]).toEqual([
      expect.closeTo(reference.sample.low, 9),
      expect.closeTo(reference.sample.high, 9),
      3,
    ]);
    expect(seedInterval([5])).toEqual({ mean: 5, low: null, high: null, n: 1 });
  });
});

describe('is there a break?', () => {
  const grids = [1, 2, 3, 4, 5, 6, 7].flatMap((side) => [side, side, side]);
  const RUNS = 100;

  /** Share of data sets of this curve and scatter in which a transition is found, and what was found. */
  function simulate(curve: (x: number) => number, scatter: number) {
    const random = createRandom(11);
    const results = Array.from({ length: RUNS }, (_, i) => {
      const noise = random.stream('noise', i);
      const y = grids.map((x) => curve(x) + scatter * noise.normal());
      return compareModels(grids, y, createRandom(i), 99) as Transition;
    });
    return { results, share: results.filter(({ found }) => found).length / RUNS };
  }
  // Three standard deviations of a binomial share above the nominal 5 %.
  const NOMINAL = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS);

  test.each([
    ['noise alone', () => 0],
    ['a line', (x: number) => 5 - x],
    ['a parabola', (x: number) => 5 - 0.2 * x * x],
    ['a logarithm', (x: number) => 5 - 3 * Math.log2(x)],
    ['a saturating curve', (x: number) => 5 * Math.exp(-x / 2)],
  ])('%s: false alarms are as rare as promised', (_, curve) => {
    expect(simulate(curve, 0.4).share).toBeLessThanOrEqual(NOMINAL);
  });

  test('a break is found, where it is', () => {
    const { results, share } = simulate((x) => 6 - 2 * Math.max(0, x - 4), 0.3);
    expect(share).toBeGreaterThan(0.9);
    const within = results.filter(({ broken: { interval } }) => interval[0] <= 4 && interval[1] >= 4).length / RUNS;
    expect(within).toBeGreaterThan(0.85);
    const mean = results.reduce((sum, { broken }) => sum + broken.at, 0) / RUNS;
    expect(mean).toBeCloseTo(4, 1);
  });

  test('too few values of x, and values without any scatter, are said and not guessed', () => {
    expect(compareModels([1, 1, 2, 2, 3, 3, 4, 4], [1, 2, 1, 2, 1, 2, 1, 2], createRandom(1))).toHaveProperty('tooFew');
    expect(
      compareModels(
        grids,
        grids.map(() => 2),
        createRandom(1),
      ),
    ).toHaveProperty('tooFew');
    const exact = compareModels(
      grids,
      grids.map((x) => Math.max(0, x - 4)),
      createRandom(1),
      99,
    ) as Transition;
    expect(exact).toMatchObject({ found: true, broken: { at: expect.closeTo(4, 9) } });
  });
});
