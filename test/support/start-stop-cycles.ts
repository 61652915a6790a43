import process from 'node:process';
import type { Application } from './application.js';
import { withClient } from './database.js';
import { eventually } from './eventually.js';
import { sessionsOf } from './leaks.js';
import type { Rowlock } from './rowlock.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';

const echo = defineHandler({ name: 'echo', payload: NoPayload, handle: () => 'done' });
const WARM_UP = 3;

/** How many a process holds at a moment of timers, sockets, threads …, of listeners, sessions and workers. */
type Holdings = Readonly<Record<string, number>>;

/**
 * Starts a worker, lets it do a job, and stops it, again and again; the container and its pool too.
 * @returns of what there is more than before, and how many more; what others held before and let go of is nobody's leak
 */
export async function startAndStop(rowlock: Rowlock, cycles: number): Promise<Holdings> {
  for (let cycle = 0; cycle < WARM_UP; cycle++) await cycleOnce(rowlock);
  const before = await holdings(rowlock);
  for (let cycle = 0; cycle < cycles; cycle++) await cycleOnce(rowlock);
  const more = Object.entries(await holdings(rowlock)).map(
    ([kind, count]) => [kind, count - (before[kind] ?? 0)] as const,
  );
  return Object.fromEntries(more.filter(([, count]) => count > 0));
}

async function cycleOnce(rowlock: Rowlock): Promise<void> {
  const application: Application = await rowlock.application({ handlers: [echo] });
  await application.jobs.enqueue(echo, {}).then((handle) => handle.result({ timeout: '20s' }));
  await application.stop();
}

/** When what has been let go of is gone: the server notices the end of a connection a moment later. */
async function holdings(rowlock: Rowlock): Promise<Holdings> {
  const { master } = rowlock.dataSource.driver as unknown as { master: { totalCount: number } };
  const sessions = async (): Promise<number> => {
    const all = await withClient(rowlock.url, (client) => sessionsOf(client, rowlock.schema));
    return all.length - master.totalCount;
  };
  await eventually('no session of a worker is left', async () => (await sessions()) === 0);
  const count = (kind: string): number => process.getActiveResourcesInfo().filter((each) => each === kind).length;
  await eventually("no socket is left but the test's own", () => count('TCPSocketWrap') <= master.totalCount);
  return {
    ...Object.fromEntries(['Timeout', 'TCPSocketWrap', 'MessagePort', 'Worker'].map((kind) => [kind, count(kind)])),
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    sessions: await sessions(),
    workers: await rowlock.value<number>('select count(*)::int from $s.worker'),
  };
}
