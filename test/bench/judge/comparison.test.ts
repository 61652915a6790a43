import { describe, expect, it } from '@jest/globals';
import { compare } from '../../../bench/judge/comparison.js';
import { Figures } from '../../../bench/judge/figures.js';

function compared(figure: string, now: number, before: number) {
  const of = { workload: 'w2', kase: '20,000 jobs', figure };
  const samples = [
    { ...of, system: 'rowlock', value: now },
    { ...of, system: 'rowlock-before', value: before },
  ];
  return compare(new Figures(samples), 'rowlock', 'rowlock-before');
}

describe('Rowlock beside an earlier Rowlock', () => {
  it('may lose a tenth of a rate, and no more', () => {
    expect(compared('jobs/s', 91, 100)).toMatchObject([{ ratio: 0.91, goal: 0.9, met: true }]);
    expect(compared('jobs/s', 89, 100)).toMatchObject([{ met: false }]);
    expect(compared('jobs/s held', 120, 100)).toMatchObject([{ goal: 0.9, met: true }]);
    expect(compared('ratio', 0.5, 1)).toMatchObject([{ goal: 0.9, met: false }]);
  });

  it('may cost a tenth more, and no more', () => {
    expect(compared('worker CPU s/1,000', 1.09, 1)).toMatchObject([{ goal: 1.1, met: true }]);
    expect(compared('peak RSS MB', 112, 100)).toMatchObject([{ met: false }]);
  });

  it('is not judged by what says too little in one run', () => {
    expect(compared('p99 ms', 20, 10)).toEqual([]);
    expect(compared('jobs/s', 20, 0)).toEqual([]);
  });
});
