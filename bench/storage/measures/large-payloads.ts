import { type Bench, rotated, time } from '../bench.js';
import { ClaimFloor } from '../claim-floor.js';
import { type Drainable, batches, drainOverlapping, enqueueBatches } from '../drain.js';
import { serverCpuSeconds, walBytes } from '../server-statistics.js';

/** Payloads that still fit their row and ones that do not: a claim by update copies the first kind. */
export async function largePayloads(bench: Bench, layouts: readonly Drainable[]): Promise<void> {
  const rounds = bench.quick ? 1 : 3;
  const jobs = bench.quick ? 1_000 : 10_000;
  for (let round = 0; round < rounds; round++) {
    for (const layout of rotated(layouts, round)) {
      for (const bytes of [1_500, 10_000]) {
        await bench.fresh(layout);
        const [claimer, finisher] = await bench.connect(layout, 2);
        await enqueueBatches(claimer!, layout, batches(jobs, 500, bytes));
        const before = await walBytes(claimer!);
        const cpu = await serverCpuSeconds([claimer!, finisher!]);
        const took = await time(() => drainOverlapping(claimer!, finisher!, layout, { floor: new ClaimFloor() }));
        bench.record(layout, `payload ${bytes} B: drain, jobs/s`, (jobs / took) * 1000);
        bench.record(layout, `payload ${bytes} B: WAL, bytes/job`, ((await walBytes(claimer!)) - before) / jobs);
        const cpuEnd = await serverCpuSeconds([claimer!, finisher!]);
        if (cpu !== undefined && cpuEnd !== undefined) {
          bench.record(layout, `payload ${bytes} B: server CPU, µs/job`, ((cpuEnd - cpu) / jobs) * 1e6);
        }
        await bench.drop(layout);
      }
    }
  }
}
