import type { Figures } from './figures.js';
import { atLeast, atMost, type Goal } from './goal.js';

/** How much slower than before a figure may be. */
const TOLERANCE = 0.1;
const HIGHER_IS_BETTER = /^\w+\/s\b|^ratio$/;
/** These say too little in a short run, or nothing of speed. */
const NOT_COMPARED = /^p9|^queries|^CPU %/;

/** Rowlock beside an earlier Rowlock, figure by figure. */
export function compare(figures: Figures, ours: string, theirs: string): Goal[] {
  return figures.summaries.flatMap(({ workload, kase, system, figure, median }) => {
    if (system !== ours || NOT_COMPARED.test(figure)) return [];
    const before = figures.median(workload, kase, theirs, figure);
    if (before === undefined || before === 0) return [];
    const name = `${workload} ${kase}, ${figure}: now / before`;
    const bound = HIGHER_IS_BETTER.test(figure) ? atLeast : atMost;
    return [bound(name, median / before, bound === atLeast ? 1 - TOLERANCE : 1 + TOLERANCE)];
  });
}
