import { v7 } from 'uuid';
import type pg from 'pg';
import { UNBOUNDED } from '../claim-floor.js';
import { type Bench, quantile, rotated, time } from '../bench.js';
import { claimBatch, batches, enqueueBatches, finishBatch } from '../drain.js';
import { explainCost, explainShape } from '../explain.js';
import type { ClaimedJob, Layout, Query } from '../layout.js';

/** Claim, finish and rescue with a million ready rows in store; the plans before and after statistics exist. */
export async function millionReady(bench: Bench, layouts: readonly Layout[]): Promise<void> {
  const rounds = bench.quick ? 1 : 3;
  const count = bench.quick ? 20_000 : 1_000_000;
  for (let round = 0; round < rounds; round++) {
    for (const layout of rotated(layouts, round)) {
      await bench.fresh(layout);
      const [client] = await bench.connect(layout, 1);
      bench.record(
        layout,
        'fill of 1M by the server, s',
        (await time(() => client!.query(layout.fillReady(count)))) / 1000,
      );
      await client!.query('analyze');
      await claims(bench, layout, client!);
      await rescues(bench, layout, client!);
      if (round === 0) await plans(bench, layout, client!);
      await bench.drop(layout);
    }
  }
}

/** The same with a million jobs that are due in a day, 10,000 that are due now, and 20,000 ready ones. */
export async function millionScheduled(bench: Bench, layouts: readonly Layout[]): Promise<void> {
  const rounds = bench.quick ? 1 : 3;
  const [count, due] = bench.quick ? [20_000, 2_000] : [1_000_000, 10_000];
  for (let round = 0; round < rounds; round++) {
    for (const layout of rotated(layouts, round)) {
      await bench.fresh(layout);
      const [client] = await bench.connect(layout, 1);
      await client!.query(layout.fillScheduled(count, due));
      await enqueueBatches(client!, layout, batches(20_000));
      await client!.query('analyze');
      let promoted = 0;
      const took = await time(async () => {
        for (let moved = -1; moved !== 0; promoted += moved) {
          moved = (await client!.query(layout.promote(1000))).rowCount ?? 0;
        }
      });
      if (promoted !== due) throw new Error(`${layout.name}: promoted ${promoted} of ${due} jobs`);
      bench.record(layout, 'promote in batches of 1,000, jobs/s', (promoted / took) * 1000);
      bench.record(layout, 'promote with none due, ms', await time(() => client!.query(layout.promote(1000))));
      await claims(bench, layout, client!);
      await bench.drop(layout);
    }
  }
}

/** Claims of 1 and of 500, each answered by a finish, first as prepared statements and then for their buffers. */
async function claims(bench: Bench, layout: Layout, client: pg.Client): Promise<void> {
  for (const [limit, times] of [
    [1, bench.quick ? 20 : 300],
    [500, bench.quick ? 4 : 20],
  ] as const) {
    const claimMs: number[] = [];
    const finishMs: number[] = [];
    for (let i = 0; i < times; i++) {
      let jobs: ClaimedJob[] = [];
      claimMs.push(await time(async () => void (jobs = await claimBatch(client, layout, limit, v7()))));
      finishMs.push(await time(() => finishBatch(client, layout, jobs)));
    }
    bench.record(layout, `claim ${limit} p50, ms`, quantile(claimMs, 0.5));
    bench.record(layout, `claim ${limit} p99, ms`, quantile(claimMs, 0.99));
    bench.record(layout, `finish ${limit} p50, ms`, quantile(finishMs, 0.5));
    const cost = await explainCost(client, claim(layout, limit));
    bench.record(layout, `claim ${limit}, shared buffers`, cost.buffers);
    bench.record(layout, `claim ${limit}, planning if unprepared, ms`, cost.planMs);
  }
}

/** Finds and frees the 500 jobs of a worker that died. */
async function rescues(bench: Bench, layout: Layout, client: pg.Client): Promise<void> {
  const workerId = v7();
  const jobs = await claimBatch(client, layout, 500, workerId);
  let freed = 0;
  const took = await time(async () => {
    freed = (await client.query(layout.rescue(workerId))).rowCount ?? 0;
  });
  if (freed !== jobs.length) throw new Error(`${layout.name}: freed ${freed} of ${jobs.length} jobs`);
  bench.record(layout, 'rescue of 500, ms', took);
  bench.record(layout, 'rescue with nobody dead, ms', await time(() => client.query(layout.rescue(v7()))));
}

async function plans(bench: Bench, layout: Layout, client: pg.Client): Promise<void> {
  const workerId = v7();
  bench.note(layout, 'plan of claim', await explainShape(client, claim(layout, 500, workerId)));
  const jobs = await claimBatch(client, layout, 500, workerId);
  const finish = layout.finish({
    ids: jobs.map((job) => job.id),
    tokens: jobs.map((job) => job.token),
    results: jobs.map(() => '{}'),
    spentTokens: jobs.slice(0, 1).map((job) => job.token),
  });
  bench.note(layout, 'plan of finish', await explainShape(client, finish));
  bench.note(layout, 'plan of rescue', await explainShape(client, layout.rescue(workerId)));
  bench.note(layout, 'plan of promote', await explainShape(client, layout.promote(1000)));
}

function claim(layout: Layout, limit: number, workerId = v7()): Query {
  return layout.claim({ queue: 'default', ...UNBOUNDED, limit, workerId });
}
