import { describe, expect, it } from '@jest/globals';
import { Figures, type Sample } from '../../../bench/judge/figures.js';
import { judgeGoals } from '../../../bench/judge/goals.js';
import { SYSTEMS } from '../../../bench/systems.js';

const [DRAIN, RATE, MEMORY] = ['20,000 jobs', 'jobs/s', 'peak RSS MB'];

function sample(system: string, value: number, rest: Partial<Sample> = {}): Sample {
  return { workload: 'w2', kase: DRAIN, figure: RATE, system, value, ...rest };
}

const judge = (...samples: Sample[]) => judgeGoals(new Figures(samples), SYSTEMS);

describe('goals', () => {
  it('compare medians with the floor and with the best peer, who is named', () => {
    const goals = judge(
      ...[30_000, 90_000, 40_000].map((value) => sample('rowlock', value)),
      sample('floor', 50_000),
      sample('pg-boss', 20_000),
      sample('graphile-worker', 25_000),
      sample('bullmq', 10_000),
    );
    expect(goals).toEqual([
      { name: 'w2 20,000 jobs, jobs/s: rowlock / floor: at least 0.65', ratio: 0.8, goal: 0.65, met: true },
      {
        name: 'w2 20,000 jobs, jobs/s: rowlock / best peer (graphile-worker): at least 1.5',
        ratio: 1.6,
        goal: 1.5,
        met: true,
      },
    ]);
  });

  it('are not met when the ratio is short of the bound', () => {
    const [goal] = judge(sample('rowlock', 32_499), sample('floor', 50_000));
    expect(goal).toMatchObject({ goal: 0.65, met: false });
  });

  it('that say "at most" are met below the bound', () => {
    const memory = { figure: MEMORY };
    const [met] = judge(sample('rowlock', 120, memory), sample('pg-boss', 108, memory), sample('bullmq', 211, memory));
    expect(met?.name).toBe('w2 20,000 jobs, peak RSS MB: rowlock / best queue peer (pg-boss): at most 1.2');
    expect(met?.met).toBe(true);
    const [missed] = judge(sample('rowlock', 131, memory), sample('pg-boss', 108, memory));
    expect(missed?.met).toBe(false);
  });

  it('are left out when nobody was measured to compare with', () => {
    expect(judge(sample('rowlock', 40_000))).toEqual([]);
    expect(judge(sample('pg-boss', 20_000), sample('floor', 50_000))).toEqual([]);
  });

  it('compare with durable workflows apart from other peers', () => {
    const w6 = { workload: 'w6', kase: '2,000 pipelines', figure: 'pipelines/s' };
    const goals = judge(sample('rowlock', 9_000, w6), sample('dbos', 300, w6), sample('bullmq', 2_500, w6));
    expect(goals.map(({ name, ratio, met }) => [name.replace(/.*rowlock \/ /, ''), ratio, met])).toEqual([
      ['best durable-workflow peer (dbos): at least 25', 30, true],
      ['best peer (bullmq): at least 3', 3.6, true],
    ]);
  });

  it('hold the idle worker of the most queues to absolute bounds', () => {
    const idle = (kase: string, figure: string, value: number) =>
      sample('rowlock', value, { workload: 'w9', kase, figure });
    const goals = judge(
      idle('1 queue', 'queries/s', 9),
      idle('500 queues', 'queries/s', 1.5),
      idle('500 queues', 'CPU % of a core', 1.2),
    );
    expect(goals.map(({ ratio, goal, met }) => [ratio, goal, met])).toEqual([
      [1.5, 2, true],
      [1.2, 1, false],
    ]);
  });

  it('of several processes want four to be no slower than two', () => {
    const w3 = (kase: string, value: number) => sample('rowlock', value, { workload: 'w3', kase });
    expect(judge(w3('2 processes', 50_000), w3('4 processes', 49_000))).toMatchObject([{ ratio: 0.98, met: false }]);
  });
});
