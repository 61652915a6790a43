import { describe, expect, it } from '@jest/globals';
import type { Duration } from '../../src/core/duration.js';
import { Keep } from '../../src/decorators/keep.js';
import { JobHandler } from '../../src/decorators/job-handler.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { Handler } from '../../src/registry/handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { electLeader } from '../../src/repositories/sql/elect-leader.js';
import type { EventName } from '../../src/telemetry/events.js';
import { useAudit } from '../support/audit.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { checkAll, isRescue } from '../support/history-checker.js';
import { JobsAt, newJob } from '../support/jobs-at.js';
import { useRowlock } from '../support/rowlock.js';

const DAY_MS = 86_400_000;

const rowlock = useRowlock();
const audit = useAudit(rowlock);
const at = new JobsAt(rowlock);

const greet = defineHandler({ name: 'greet', payload: NoPayload, handle: () => 'hello' });

@JobHandler({ name: 'keep-a-day', payload: NoPayload })
@Keep('1d')
class KeepADay implements Handler<NoPayload, string> {
  handle(): string {
    return 'kept';
  }
}

/** With a lease of a second, so that it asks for the leadership three times a second. */
const start = (lease: Duration = '1s'): Promise<Application> =>
  rowlock.application({ handlers: [greet, KeepADay], worker: { lease } });

interface Leader {
  readonly worker: string;
  readonly term: string;
}

/** Who leads by the word of the database, if anybody does. */
async function elected(): Promise<Leader | undefined> {
  const [leader] = await rowlock.query<Leader>(
    'select worker_id as worker, term::text from $s.leader where expires_at > $s.clock()',
  );
  return leader;
}

/** The application that leads, by the word of the database and by its own. */
function leaderOf(applications: readonly Application[]): Promise<Application> {
  return eventually('one of them leads', async () => {
    const leader = await elected();
    const found = applications.find(({ worker }) => worker.id === leader?.worker);
    return found?.events('leader.elect').some(({ term }) => term === leader?.term) && found;
  });
}

/** Jobs that a worker held that is dead. @returns their ids */
async function lostJobs(count: number): Promise<readonly string[]> {
  const workerId = await at.worker();
  const jobs = Array.from({ length: count }, () => newJob({ queue: 'lost' }));
  await rowlock.engine.enqueue(rowlock.on, jobs, false);
  await at.claim({ workerId, queue: 'lost' });
  await rowlock.query(`update $s.job set queue = 'default' where queue = 'lost'`);
  await rowlock.query(`update $s.worker set heartbeat_at = '-infinity' where id = $1`, [workerId]);
  return jobs.map(({ id }) => id);
}

const rescuedBy = ({ events }: Application): string[] => events('job.rescue').map(({ id }) => id);
const promotedBy = ({ events }: Application): number =>
  events('job.promote').reduce((sum, { count }) => sum + count, 0);
const allOver = (): Promise<unknown> =>
  eventually('everything is over', () =>
    rowlock.value('select not exists (select from $s.job) and not exists (select from $s.job_waiting)'),
  );

/** What leaders tell of, a moment after it can be seen: so many jobs promoted, and these rescued, each once. */
const told = (leaders: readonly Application[], promoted: number, rescued: readonly string[]): Promise<void> =>
  eventually('leaders have told what they did', () => {
    expect(leaders.reduce((sum, each) => sum + promotedBy(each), 0)).toBe(promoted);
    expect(leaders.flatMap(rescuedBy).toSorted()).toEqual(rescued.toSorted());
    return true;
  }).then(() => undefined);

describe('the leader', () => {
  it('is one of several; when it stops, the next goes on at once with promotion and rescue', async () => {
    const applications = await Promise.all([start(), start(), start()]);
    const first = await leaderOf(applications);
    const before = await elected();
    const scheduled = await first.jobs.enqueueMany(greet, [{}, {}, {}], { delay: '500ms' });
    await first.worker.stop();
    const others = applications.filter((each) => each !== first);
    const second = await leaderOf(others);
    expect(Number((await elected())?.term)).toBe(Number(before?.term) + 1);
    const lost = await lostJobs(3);
    await allOver();
    await told(applications, scheduled.length, lost);
    expect(rescuedBy(second)).toHaveLength(lost.length);
    expect(applications.flatMap(({ events }) => events('leader.elect'))).toHaveLength(2);
    const [third] = others.filter((each) => each !== second);
    expect(['leader.elect', 'job.promote', 'job.rescue'].map((name) => third?.events(name as EventName))).toEqual([[], [], []]); // prettier-ignore
    expect(checkAll(await audit.transitions(), await audit.visits())).toEqual([]);
  });

  it('that dies is followed when its term has run out, not before, and soon after', async () => {
    const TERM_MS = 3_000;
    const dead = await at.worker();
    await rowlock.on.run(electLeader, [dead, TERM_MS]);
    const diedAt = performance.now();
    const [one, two] = await Promise.all([start(), start()]);
    const ids = await lostJobs(2);
    const next = await leaderOf([one, two]);
    const vacantMs = performance.now() - diedAt;
    expect(vacantMs).toBeGreaterThanOrEqual(TERM_MS - 50);
    expect(vacantMs).toBeLessThan(2 * TERM_MS);
    expect(await elected()).toEqual({ worker: next.worker.id, term: '2' });
    await allOver();
    await told([one, two], 0, ids);
    expect(rescuedBy(next)).toHaveLength(ids.length);
  });

  it('F-11 whose term has lapsed does no harm until it knows: each job is promoted and rescued once', async () => {
    const stale = await start('1m'); // it asks for the leadership every twenty seconds
    await leaderOf([stale]);
    const next = await start();
    await rowlock.query(`update $s.leader set expires_at = '-infinity'`);
    await leaderOf([next]);
    expect(stale.events('leader.resign')).toEqual([]);
    const lost: string[] = [];
    let scheduled = 0;
    while (promotedBy(stale) === 0 || promotedBy(next) === 0 || lost.length === 0) {
      const due = Array.from({ length: 100 }, (_, n) => newJob({ delayMs: 5 + n * 5 }));
      await rowlock.engine.enqueue(rowlock.on, due, false);
      scheduled += due.length;
      for (let round = 0; round < 2; round++) lost.push(...(await lostJobs(20)));
      await allOver();
    }
    expect(stale.events('leader.resign')).toEqual([]);
    await told([stale, next], scheduled, lost);
    const transitions = await audit.transitions();
    expect(checkAll(transitions, await audit.visits())).toEqual([]);
    expect(transitions.filter(isRescue)).toHaveLength(lost.length);
    expect(await rowlock.query('select attempt, count(*)::int from $s.job_history group by 1 order by 1')).toEqual([
      { attempt: 1, count: scheduled },
      { attempt: 2, count: lost.length },
    ]);
    const leader = await elected();
    await stale.worker.stop(); // it gives up what it does not have any more
    expect(await elected()).toEqual(leader);
    expect(leader?.worker).toBe(next.worker.id);
  });

  it('drops days that are over: after a handover too, and by the retention of each job', async () => {
    const applications = await Promise.all([start(), start()]);
    const first = await leaderOf(applications);
    const [kept, longer] = [await first.jobs.enqueue(KeepADay, {}), await first.jobs.enqueue(greet, {})];
    await Promise.all([kept.result({ timeout: '10s' }), longer.result({ timeout: '10s' })]);
    const day = await rowlock.value<string>('select c.relname from $s.job_history h join pg_class c on c.oid = h.tableoid where h.id = $1', [kept.id]); // prettier-ignore
    expect(day).toMatch(/^job_history_\d{8}$/);
    await first.worker.stop();
    const [second] = applications.filter((each) => each !== first);
    await rowlock.moveClock(3 * DAY_MS); // which ends all leases, and the term
    const pruned = await second?.event('job.prune', ({ partitions }) => partitions.length > 0);
    expect(pruned?.partitions).toContain(day);
    expect(await first.jobs.get(kept.id)).toBeNull();
    expect((await first.jobs.get(longer.id))?.state).toBe('completed');
    expect(await rowlock.value('select to_regclass($1)', [`${rowlock.schema}.${day}`])).toBeNull();
  });
});
