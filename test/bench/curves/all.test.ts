import { describe, expect, it } from '@jest/globals';
import { ALL_CURVES } from '../../../bench/curves/all.js';
import { CURVE_PLANS } from '../../../bench/curves/curve-plan.js';

describe.each(Object.entries(CURVE_PLANS))('the plan %s', (_, plan) => {
  it.each(ALL_CURVES.map((curve) => [curve.name, curve] as const))('has runs of %s', (__, curve) => {
    const runs = curve.runs(plan);
    expect(runs.length).toBeGreaterThan(0);
    expect(new Set(runs.map(({ name }) => name)).size).toBe(runs.length);
    expect(curve.rounds(plan)).toBeGreaterThan(0);
  });
});
