import { describe, expect, it } from '@jest/globals';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { JobsAt } from '../support/jobs-at.js';
import { useRowlock } from '../support/rowlock.js';

let calls = 0;
const greet = defineHandler({
  name: 'greet',
  payload: NoPayload,
  handle: () => {
    calls++;
    return 'hello';
  },
});

const rowlock = useRowlock();
const at = new JobsAt(rowlock);

/** A job whose worker died in attempt after attempt, so many times. */
async function lostWithWorkers(deaths: number, maxAttempts: number, lockKey: string | null = null): Promise<string> {
  const id = await at.enqueue({ maxAttempts, lockKey });
  for (let death = 0; death < deaths; death++) {
    const workerId = await at.worker();
    await at.claim({ workerId });
    await rowlock.query(`update $s.worker set heartbeat_at = '-infinity' where id = $1`, [workerId]);
    if (death < deaths - 1) await rowlock.engine.rescue(rowlock.on, 100);
  }
  return id;
}

describe('a job whose worker died', () => {
  it('in its last attempt is discarded without another call of its handler', async () => {
    const id = await lostWithWorkers(2, 2);
    calls = 0;
    const application = await rowlock.application({ handlers: [greet] });
    expect(await application.event('job.discard')).toMatchObject({ id, error: { code: 'ATTEMPTS_SPENT' } });
    expect(application.events('job.rescue')).toMatchObject([{ id, attempt: 2, dead: true }]);
    expect(calls).toBe(0);
    const job = await application.jobs.get(id);
    expect(job).toMatchObject({ state: 'discarded', attempt: 2, maxAttempts: 2, result: null });
    expect(job?.errors).toMatchObject([
      { attempt: 1, code: 'WORKER_LOST' },
      { attempt: 2, code: 'WORKER_LOST' },
      { attempt: 2, code: 'ATTEMPTS_SPENT', name: 'AttemptsSpent' },
    ]);
  });

  it('in an attempt before the last is run again', async () => {
    const id = await lostWithWorkers(1, 2);
    calls = 0;
    const { jobs } = await rowlock.application({ handlers: [greet] });
    expect(await jobs.handle(id).result({ timeout: '10s' })).toBe('hello');
    expect(calls).toBe(1);
    expect(await jobs.get(id)).toMatchObject({ attempt: 2, errors: [{ attempt: 1, code: 'WORKER_LOST' }] });
  });

  it('in its last attempt passes its lock key on when it is discarded', async () => {
    const id = await lostWithWorkers(1, 1, 'page:1');
    const next = await at.enqueue({ lockKey: 'page:1' });
    const { jobs, event } = await rowlock.application({ handlers: [greet] });
    await event('job.discard', (discarded) => discarded.id === id);
    expect(await jobs.handle(next).result({ timeout: '10s' })).toBe('hello');
  });

  it('in its last attempt runs again with all of its attempts when it is redriven', async () => {
    const id = await lostWithWorkers(1, 1);
    const { jobs, event } = await rowlock.application({ handlers: [greet] });
    await event('job.discard');
    await jobs.redrive(id);
    await event('job.complete', (completed) => completed.id === id);
    expect(await jobs.get(id)).toMatchObject({ state: 'completed', result: 'hello', attempt: 1 });
  });
});

describe('a job that hung past its deadline', () => {
  it('in its last attempt, with a worker that is alive, is discarded without another call', async () => {
    const id = await at.enqueue({ maxAttempts: 1 });
    await at.claim({ workerId: await at.worker() });
    await rowlock.query(`update $s.job set deadline_at = '-infinity'`);
    await rowlock.query(`update $s.claim set deadline_at = '-infinity'`);
    calls = 0;
    const application = await rowlock.application({ handlers: [greet] });
    expect(await application.event('job.discard')).toMatchObject({ id, error: { code: 'ATTEMPTS_SPENT' } });
    expect(application.events('job.rescue')).toMatchObject([{ id, dead: false }]);
    expect(calls).toBe(0);
    expect((await application.jobs.get(id))?.errors).toMatchObject([
      { code: 'DEADLINE_PASSED' },
      { code: 'ATTEMPTS_SPENT' },
    ]);
  });
});
