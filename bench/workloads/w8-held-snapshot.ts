import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Stage } from '../stage.js';
import type { Measured, Workload } from './workload.js';

const WAITING = 10_000;
const BULK = 1_000;
const WARM_UP_SECONDS = 3;

/** A sustained load while another session holds a snapshot, so that nothing dead can be removed. */
export const heldSnapshot: Workload = {
  name: 'w8',
  title: 'Work while another session holds a snapshot',
  once: true,
  cases: (plan) => [{ name: `${plan.heldSeconds} s`, measure: (stage) => hold(stage, plan.heldSeconds) }],
};

async function hold(stage: Stage, seconds: number): Promise<Measured> {
  const [worker] = await stage.hire(1);
  let count = 0;
  worker!.onEvent = (event) => {
    if (event.event !== 'count') return;
    count = event.count;
    void stage.producer.call.done(count);
  };
  const rate = async (during: number): Promise<number> => {
    const [before, begun] = [count, stage.snapshot([worker!])];
    await delay(during * 1e3);
    return (count - before) / stage.spentSince(begun, [worker!]).load.seconds;
  };
  await worker!.call.start(Infinity, false);
  const sustained = stage.producer.call.sustain(WAITING, BULK);
  await delay(WARM_UP_SECONDS * 1e3);
  const free = await rate(Math.min(30, seconds / 2));
  const holder = new pg.Client(stage.storeUrl);
  await holder.connect();
  await holder.query('begin isolation level repeatable read');
  await holder.query('select count(*) from pg_class');
  const held = await rate(seconds);
  await holder.end();
  await stage.producer.call.rest();
  const produced = await sustained;
  await stage.producer.call.settled('jobs', 60);
  if (count < produced) await delay(50);
  if (count !== produced) throw new Error(`${stage.system.name}: ${count} of ${produced} jobs ran.`);
  return { ratio: held / free, 'jobs/s free': free, 'jobs/s held': held };
}
