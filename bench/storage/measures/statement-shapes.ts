import { type Bench, rotated, time } from '../bench.js';
import { ClaimFloor } from '../claim-floor.js';
import { type Drainable, drainOverlapping, batches, enqueueBatches } from '../drain.js';
import { OneRowLayout, type OneRowOptions } from '../layouts/one-row.js';
import { serverCpuSeconds, tupleCounts, walBytes } from '../server-statistics.js';

/** A layout whose statements are parsed and planned anew each time, as behind a transaction pooler. */
class Unprepared extends OneRowLayout {
  override claim(request: Parameters<OneRowLayout['claim']>[0]) {
    return { ...super.claim(request), name: undefined };
  }
  override finish(batch: Parameters<OneRowLayout['finish']>[0]) {
    return { ...super.finish(batch), name: undefined };
  }
}

const VARIANTS: OneRowOptions[] = [
  { name: 'A, by array, ff 50' },
  { name: 'claim ids compressed', claimIds: 'extended' },
  { name: 'no claim row', claimRow: false },
  { name: 'by join', updateShape: 'join' },
  { name: 'by ctid', updateShape: 'ctid' },
  { name: 'fillfactor 70', fillfactor: 70 },
  { name: 'fillfactor 100', fillfactor: 100 },
];

/** What the small choices inside layout A are worth. */
export async function statementShapes(bench: Bench): Promise<void> {
  const variants = [
    ...VARIANTS.map((options, i) => new OneRowLayout({ ...options, schema: `shape_${i}` })),
    new Unprepared({ name: 'unprepared', schema: 'shape_unprepared' }),
  ];
  const rounds = bench.quick ? 1 : 3;
  const jobs = bench.quick ? 5_000 : 50_000;
  for (let round = 0; round < rounds; round++) {
    for (const layout of rotated(variants, round)) {
      await drainOnce(bench, layout, jobs, 500);
      await drainOnce(bench, layout, jobs / 5, 50);
      await bench.drop(layout);
    }
  }
}

async function drainOnce(bench: Bench, layout: Drainable, jobs: number, limit: number): Promise<void> {
  await bench.fresh(layout);
  const [claimer, finisher] = await bench.connect(layout, 2);
  const bulk = batches(jobs);
  const enqueued = await time(() => enqueueBatches(claimer!, layout, bulk));
  if (limit === 500) bench.record(layout, 'enqueue, jobs/s', (jobs / enqueued) * 1000);
  const before = await walBytes(claimer!);
  const cpu = await serverCpuSeconds([claimer!, finisher!]);
  const took = await time(() => drainOverlapping(claimer!, finisher!, layout, { limit, floor: new ClaimFloor() }));
  const written = (await walBytes(claimer!)) - before;
  const tuples = await tupleCounts([claimer!, finisher!], layout.schema);
  bench.record(layout, `drain in batches of ${limit}, jobs/s`, (jobs / took) * 1000);
  const cpuEnd = await serverCpuSeconds([claimer!, finisher!]);
  if (cpu !== undefined && cpuEnd !== undefined) {
    bench.record(layout, `batches of ${limit}, server CPU µs/job`, ((cpuEnd - cpu) / jobs) * 1e6);
  }
  bench.record(layout, `batches of ${limit}, WAL bytes/job`, written / jobs);
  bench.record(layout, `batches of ${limit}, HOT updates, %`, (100 * tuples.hotUpdated) / tuples.updated);
  await bench.closeAll();
}
