import type pg from 'pg';
import { v7 } from 'uuid';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bench, format } from '../bench.js';
import { ClaimFloor, type FloorRule, UNBOUNDED } from '../claim-floor.js';
import { drainOverlapping, drafts } from '../drain.js';
import { explainCost } from '../explain.js';
import type { Layout } from '../layout.js';

const SLICE_MS = 10_000;
const BACKLOG = 10_000;

interface Case {
  label: string;
  held: boolean;
  floor?: FloorRule;
  seconds: number;
}

/** The same steady work without a snapshot, with one held throughout, and with one held and no floor. */
export async function heldSnapshot(bench: Bench, layouts: readonly Layout[]): Promise<void> {
  const [short, medium, long] = bench.quick ? [4, 4, 4] : [30, 60, 120];
  const cases: Case[] = [
    { label: 'held', held: true, floor: 'sliced', seconds: long },
    { label: 'no snapshot', held: false, floor: 'sliced', seconds: short },
    { label: 'held, no floor', held: true, seconds: short },
    { label: 'held, floor dropped every 2 s', held: true, floor: 'fixed', seconds: medium },
  ];
  for (const one of cases) {
    for (const layout of layouts) {
      await bench.fresh(layout);
      await steady(bench, layout, one);
      await bench.drop(layout);
    }
  }
}

/** A producer keeps a backlog of 10,000 jobs in front of one overlapping drain; finished jobs are counted per slice. */
async function steady(bench: Bench, layout: Layout, { label, held, floor, seconds }: Case): Promise<void> {
  const [producer, claimer, finisher, holder] = await bench.connect(layout, 4);
  if (held) await holder!.query('begin isolation level repeatable read; select count(*) from job;');
  const sliceMs = bench.quick ? 1000 : SLICE_MS;
  const slices = new Array<number>(Math.ceil((seconds * 1000) / sliceMs)).fill(0);
  const start = performance.now();
  const over = () => performance.now() - start >= seconds * 1000;
  let waiting = 0;
  const producing = produce(
    producer!,
    layout,
    over,
    () => waiting,
    (count) => (waiting += count),
  );
  await drainOverlapping(claimer!, finisher!, layout, {
    floor: floor && new ClaimFloor(floor),
    stop: over,
    onFinish: (count) => {
      waiting -= count;
      const slice = Math.floor((performance.now() - start) / sliceMs);
      if (slice < slices.length) slices[slice]! += count;
    },
  });
  await producing;
  const rates = slices.map((count) => (count / sliceMs) * 1000);
  bench.record(layout, `${label}: mean, jobs/s`, rates.reduce((sum, rate) => sum + rate, 0) / rates.length);
  bench.record(layout, `${label}: last slice, jobs/s`, rates.at(-1)!);
  await probeCosts(bench, layout, claimer!, label);
  bench.note(layout, `${label}, jobs/s in slices of ${sliceMs / 1000} s`, rates.map(format).join(' '));
  if (held) await holder!.query('commit');
}

async function produce(
  client: pg.Client,
  layout: Layout,
  over: () => boolean,
  waiting: () => number,
  onEnqueue: (count: number) => void,
): Promise<void> {
  while (!over()) {
    if (waiting() >= BACKLOG) {
      await pause(1);
      continue;
    }
    await client.query(layout.enqueue(drafts(500)));
    onEnqueue(500);
  }
}

/** What one probe from the very start costs once the dead rows lie before it: the price of dropping the floor. */
async function probeCosts(bench: Bench, layout: Layout, client: pg.Client, label: string): Promise<void> {
  const request = { ...UNBOUNDED, queue: 'default', limit: 1, workerId: v7() };
  const cost = await explainCost(client, layout.claim(request));
  bench.record(layout, `${label}: unfloored probe at the end, ms`, cost.executeMs);
  bench.record(layout, `${label}: unfloored probe at the end, buffers`, cost.buffers);
}
