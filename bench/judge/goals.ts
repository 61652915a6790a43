import type { System } from '../systems.js';
import type { Figures } from './figures.js';
import { atLeast, atMost, type Goal } from './goal.js';

const OURS = 'rowlock';
const FLOOR = 'floor';
const RATE = 'jobs/s';
const [P50, P99] = ['p50 ms', 'p99 ms'];

type Chosen = (system: System) => boolean;

const queues: Chosen = ({ kind }) => kind === 'queue';
const onPostgres: Chosen = ({ kind, store }) => kind === 'queue' && store === 'postgres';
const workflows: Chosen = ({ kind }) => kind === 'workflow';
const peers: Chosen = ({ kind }) => kind === 'queue' || kind === 'workflow';

/** Judges every goal that the run's figures can tell of, each from medians of this one run. */
export function judgeGoals(figures: Figures, systems: readonly System[]): Goal[] {
  const judge = new Judge(figures, systems);
  return [
    ...enqueueing(judge),
    ...draining(judge),
    ...waiting(judge),
    ...pipelines(judge),
    ...holdingUp(judge),
    ...memory(judge),
  ];
}

function enqueueing(judge: Judge): Goal[] {
  const [single, bulk] = ['single, concurrency 16', 'bulk of 1000'];
  return judge.collect(
    judge.over('w1', single, RATE, judge.named('bullmq'), 1.3),
    judge.over('w1', single, RATE, judge.best('w1', single, RATE, onPostgres, 'highest', 'PostgreSQL peer'), 5),
    judge.over('w1', bulk, RATE, judge.named(FLOOR), 0.7),
    judge.over('w1', bulk, RATE, judge.best('w1', bulk, RATE, peers, 'highest', 'peer'), 2),
  );
}

function draining(judge: Judge): Goal[] {
  const drains = judge.figures
    .cases('w2')
    .flatMap((kase) => [
      judge.over('w2', kase, RATE, judge.named(FLOOR), 0.65),
      judge.over('w2', kase, RATE, judge.best('w2', kase, RATE, peers, 'highest', 'peer'), 1.5),
    ]);
  const cases = judge.figures.cases('w3');
  const several = cases.map((kase) =>
    judge.over('w3', kase, RATE, judge.best('w3', kase, RATE, peers, 'highest', 'peer'), 1.3),
  );
  const [two, four] = cases.map((kase) => judge.figures.median('w3', kase, OURS, RATE));
  const steady = two && four ? atLeast('w3 4 processes / 2 processes', four / two, 1) : null;
  return judge.collect(...drains, ...several, steady);
}

function waiting(judge: Judge): Goal[] {
  const [idle, steady] = [judge.figures.cases('w4')[0] ?? '', judge.figures.cases('w5')[0] ?? ''];
  const p99 = judge.figures.median('w5', steady, OURS, P99);
  return judge.collect(
    judge.under('w4', idle, P50, judge.named(FLOOR), 1.15),
    judge.under('w4', idle, P50, judge.best('w4', idle, P50, onPostgres, 'lowest', 'PostgreSQL peer'), 0.8),
    judge.under('w4', idle, P99, judge.best('w4', idle, P99, peers, 'lowest', 'peer'), 1),
    judge.under('w5', steady, P99, judge.named(FLOOR), 1.5),
    judge.under('w5', steady, P99, judge.best('w5', steady, P99, onPostgres, 'lowest', 'PostgreSQL peer'), 0.25),
    p99 === undefined ? null : atMost(`w5 ${steady}: ${P99}`, p99, 10),
  );
}

function pipelines(judge: Judge): Goal[] {
  const rate = 'pipelines/s';
  const kase = judge.figures.cases('w6')[0] ?? '';
  return judge.collect(
    judge.over('w6', kase, rate, judge.best('w6', kase, rate, workflows, 'highest', 'durable-workflow peer'), 25),
    judge.over('w6', kase, rate, judge.best('w6', kase, rate, peers, 'highest', 'peer'), 3),
  );
}

/** What must hold of Rowlock alone. */
function holdingUp(judge: Judge): Goal[] {
  const ratio = (workload: string, name: string, least: number): (Goal | null)[] =>
    judge.figures.cases(workload).map((kase) => {
      const value = judge.figures.median(workload, kase, OURS, 'ratio');
      return value === undefined ? null : atLeast(`${workload} ${name}`, value, least);
    });
  const idle = judge.figures.cases('w9').at(-1) ?? '';
  const queries = judge.figures.median('w9', idle, OURS, 'queries/s');
  const cpu = judge.figures.median('w9', idle, OURS, 'CPU % of a core');
  return judge.collect(
    ...ratio('w7', 'full store / empty store', 0.95),
    ...ratio('w8', 'snapshot held / none', 0.7),
    queries === undefined ? null : atMost(`w9 ${idle}: queries/s`, queries, 2),
    cpu === undefined ? null : atMost(`w9 ${idle}: CPU % of a core`, cpu, 1),
  );
}

function memory(judge: Judge): Goal[] {
  const rss = 'peak RSS MB';
  return judge.collect(
    ...judge.figures
      .cases('w2')
      .map((kase) => judge.under('w2', kase, rss, judge.best('w2', kase, rss, queues, 'lowest', 'queue peer'), 1.2)),
  );
}

/** Whom Rowlock is compared with, as the goal's name says it. */
interface Rival {
  readonly system: string;
  readonly title: string;
}

class Judge {
  constructor(
    readonly figures: Figures,
    private readonly systems: readonly System[],
  ) {}

  collect(...goals: readonly (Goal | null)[]): Goal[] {
    return goals.filter((goal) => goal !== null);
  }

  named(system: string): Rival {
    return { system, title: system };
  }

  /** The best of those that were measured. */
  best(
    workload: string,
    kase: string,
    figure: string,
    chosen: Chosen,
    end: 'highest' | 'lowest',
    title: string,
  ): Rival | null {
    const sign = end === 'highest' ? 1 : -1;
    let found: { rival: Rival; value: number } | null = null;
    for (const { name } of this.systems.filter(chosen)) {
      const value = this.figures.median(workload, kase, name, figure);
      if (value === undefined || (found && sign * value <= sign * found.value)) continue;
      found = { rival: { system: name, title: `best ${title} (${name})` }, value };
    }
    return found?.rival ?? null;
  }

  over(workload: string, kase: string, figure: string, rival: Rival | null, least: number): Goal | null {
    return this.#ratio(workload, kase, figure, rival, (name, ratio) => atLeast(name, ratio, least));
  }

  under(workload: string, kase: string, figure: string, rival: Rival | null, most: number): Goal | null {
    return this.#ratio(workload, kase, figure, rival, (name, ratio) => atMost(name, ratio, most));
  }

  #ratio(
    workload: string,
    kase: string,
    figure: string,
    rival: Rival | null,
    goal: (name: string, ratio: number) => Goal,
  ): Goal | null {
    const ours = this.figures.median(workload, kase, OURS, figure);
    const theirs = rival ? this.figures.median(workload, kase, rival.system, figure) : undefined;
    if (!rival || ours === undefined || theirs === undefined) return null;
    return goal(`${workload} ${kase}, ${figure}: rowlock / ${rival.title}`, ours / theirs);
  }
}
