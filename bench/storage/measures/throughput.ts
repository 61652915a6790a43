import { type Bench, rotated, time } from '../bench.js';
import { ClaimFloor } from '../claim-floor.js';
import { type Drainable, drainInTurn, drainOverlapping, batches, enqueueBatches } from '../drain.js';
import { serverCpuSeconds, tableSizes, tupleCounts, walBytes } from '../server-statistics.js';

/** Enqueue, drain, WAL and tuples a job, and what the tables weigh afterwards. */
export async function throughput(bench: Bench, layouts: readonly Drainable[]): Promise<void> {
  const rounds = bench.quick ? 1 : 5;
  for (let round = 0; round < rounds; round++) {
    for (const layout of rotated(layouts, round)) {
      await lifeCycle(bench, layout, bench.quick ? 5_000 : 20_000, '20k');
      await lifeCycle(bench, layout, bench.quick ? 10_000 : 100_000, '100k');
      await fourWorkers(bench, layout, bench.quick ? 5_000 : 50_000);
      await bench.drop(layout);
    }
  }
}

async function lifeCycle(bench: Bench, layout: Drainable, jobs: number, label: string): Promise<void> {
  await bench.fresh(layout);
  const [producer, claimer, finisher] = await bench.connect(layout, 3);
  const bulk = batches(jobs);
  const start = await walBytes(producer!);
  const cpuStart = await serverCpuSeconds([producer!]);
  const enqueued = await time(() => enqueueBatches(producer!, layout, bulk));
  const middle = await walBytes(producer!);
  const cpuEnqueue = await serverCpuSeconds([producer!]);
  const workers = [claimer!, finisher!];
  const cpuMiddle = await serverCpuSeconds(workers);
  const floor = new ClaimFloor();
  let done = 0;
  const drained = await time(async () => {
    done = await drainOverlapping(claimer!, finisher!, layout, { floor });
  });
  const end = await walBytes(producer!);
  if (done !== jobs) throw new Error(`${layout.name}: drained ${done} of ${jobs} jobs`);
  bench.record(layout, `enqueue ${label}, jobs/s`, (jobs / enqueued) * 1000);
  bench.record(layout, `drain ${label}, 2 connections, jobs/s`, (jobs / drained) * 1000);
  bench.record(layout, `WAL of enqueue ${label}, bytes/job`, (middle - start) / jobs);
  bench.record(layout, `WAL of claim + finish ${label}, bytes/job`, (end - middle) / jobs);
  const cpuEnd = await serverCpuSeconds(workers);
  if (label === '100k' && cpuStart !== undefined && cpuEnqueue !== undefined) {
    bench.record(layout, 'server CPU of enqueue, µs/job', ((cpuEnqueue - cpuStart) / jobs) * 1e6);
  }
  if (label === '100k' && cpuMiddle !== undefined && cpuEnd !== undefined) {
    bench.record(layout, 'server CPU of claim + finish, µs/job', ((cpuEnd - cpuMiddle) / jobs) * 1e6);
  }
  if (label === '100k') await recordTables(bench, layout, jobs, [producer!, claimer!, finisher!]);
  await bench.closeAll();
}

async function recordTables(
  bench: Bench,
  layout: Drainable,
  jobs: number,
  writers: Parameters<typeof tupleCounts>[0],
): Promise<void> {
  const tuples = await tupleCounts(writers, layout.schema);
  bench.record(layout, 'tuples inserted/job', tuples.inserted / jobs);
  bench.record(layout, 'tuples updated/job', tuples.updated / jobs);
  bench.record(layout, 'of them HOT, %', tuples.updated ? (100 * tuples.hotUpdated) / tuples.updated : 0);
  bench.record(layout, 'tuples deleted/job', tuples.deleted / jobs);
  for (const [table, megabytes] of await tableSizes(writers[0]!, layout.schema)) {
    bench.record(layout, `size of ${table.replace(/_\d+$/, '')} after 100k, MB`, megabytes);
  }
}

async function fourWorkers(bench: Bench, layout: Drainable, jobs: number): Promise<void> {
  await bench.fresh(layout);
  const clients = await bench.connect(layout, 4);
  await enqueueBatches(clients[0]!, layout, batches(jobs));
  const floor = new ClaimFloor();
  let done = 0;
  const drained = await time(async () => {
    done = await drainInTurn(clients, layout, floor);
  });
  if (done !== jobs) throw new Error(`${layout.name}: drained ${done} of ${jobs} jobs`);
  bench.record(layout, 'drain 50k, 4 connections, jobs/s', (jobs / drained) * 1000);
  await bench.closeAll();
}
