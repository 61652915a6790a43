import { describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import { defineHandler } from '../../src/registry/define-handler.js';
import { eventually } from '../support/eventually.js';
import { makeGate } from '../support/gate.js';
import { JobsAt, newJob } from '../support/jobs-at.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';

class Order {
  @IsString() what!: string;
}

const obey = defineHandler({
  name: 'obey',
  payload: Order,
  retry: { attempts: 1 },
  handle({ what }, job) {
    if (what === 'fail') throw new Error('it broke');
    if (what === 'cancel') throw job.cancel('not wanted');
    return what === 'nothing' ? undefined : { at: new Date(0), what };
  },
});

const rowlock = useRowlock();
const at = new JobsAt(rowlock);

describe('result', () => {
  it('is what the handler returned, in its JSON form', async () => {
    const { jobs } = await rowlock.application({ handlers: [obey] });
    const handle = await jobs.enqueue(obey, { what: 'go' });
    expect(await handle.result({ timeout: '10s' })).toEqual({ at: '1970-01-01T00:00:00.000Z', what: 'go' });
    expect(await (await jobs.enqueue(obey, { what: 'nothing' })).result()).toBeNull();
  });

  it('comes from a worker of another process, and to everyone who asks', async () => {
    const { jobs } = await rowlock.application();
    const handle = await jobs.enqueue(obey, { what: 'go' });
    const results = Promise.all([handle.result(), handle.result(), jobs.handle(handle.id).result()]);
    await rowlock.application({ handlers: [obey] });
    expect(await results).toMatchObject([{ what: 'go' }, { what: 'go' }, { what: 'go' }]);
    expect(await jobs.handle(handle.id.toUpperCase()).result({ timeout: '10s' })).toMatchObject({ what: 'go' });
  });

  it('is an error with the last failure as its cause if the job was discarded', async () => {
    const { jobs } = await rowlock.application({ handlers: [obey] });
    const error = await rejectionOf((await jobs.enqueue(obey, { what: 'fail' })).result({ timeout: '10s' }));
    expect(error).toMatchObject({ code: 'JOB_DISCARDED', state: 'discarded', cause: { message: 'it broke' } });
  });

  it('is an error with the reason if the job was cancelled', async () => {
    const { jobs } = await rowlock.application({ handlers: [obey] });
    const byHandler = await jobs.enqueue(obey, { what: 'cancel' });
    expect(await rejectionOf(byHandler.result({ timeout: '10s' }))).toMatchObject({
      code: 'JOB_CANCELLED',
      message: expect.stringContaining('not wanted'),
    });
    const byCaller = await jobs.enqueue(obey, { what: 'go' }, { delay: '1h' });
    await byCaller.cancel('on second thoughts');
    expect((await rejectionOf(byCaller.result({ timeout: '10s' }))).message).toContain('on second thoughts');
  });

  it('is not waited for longer than allowed, and the job goes on', async () => {
    const { jobs } = await rowlock.application();
    const handle = await jobs.enqueue(obey, { what: 'go' });
    expect(await rejectionOf(handle.result({ timeout: '30ms' }))).toMatchObject({ code: 'RESULT_TIMEOUT' });
    expect((await handle.details()).state).toBe('available');
  });

  it('is an error for a job that never existed, or whose enqueue was rolled back', async () => {
    const { jobs, dataSource } = await rowlock.application();
    const rolledBack = makeGate<string>();
    const transaction = dataSource.transaction(async (manager) => {
      rolledBack.open((await jobs.enqueue(obey, { what: 'go' }, { manager })).id);
      throw new Error('rolled back');
    });
    await rejectionOf(transaction);
    const missing = [newJob().id, await rolledBack.opened, 'yesterday'];
    const errors = await Promise.all(missing.map((id) => rejectionOf(jobs.handle(id).result())));
    for (const error of errors) expect(error).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('outlives a database that is away for a moment', async () => {
    const { jobs, dataSource } = await rowlock.application();
    const { id } = await jobs.enqueue(obey, { what: 'go' });
    const result = jobs.handle(id).result({ timeout: '20s' });
    await dataSource.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()`, [rowlock.schema]); // prettier-ignore
    await eventually('the database answers', () => jobs.get(id).then(Boolean));
    await rowlock.application({ handlers: [obey] });
    expect(await result).toMatchObject({ what: 'go' });
  });

  it('waits for the end of a job that was redriven', async () => {
    const { jobs } = await rowlock.application();
    const id = await at.inState('discarded', { name: 'greet' });
    await jobs.redrive(id);
    expect(await rejectionOf(jobs.handle(id).result({ timeout: '50ms' }))).toMatchObject({ code: 'RESULT_TIMEOUT' });
  });
});
