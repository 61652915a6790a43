import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import type { Jobs } from '../../src/client/jobs.js';
import { JobHandler } from '../../src/decorators/job-handler.js';
import { Retry } from '../../src/decorators/retry.js';
import { Transactional } from '../../src/decorators/transactional.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { Handler } from '../../src/registry/handler.js';
import type { JobContext } from '../../src/registry/job-context.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import type { Application } from '../support/application.js';
import { makeGate, type Gate } from '../support/gate.js';
import { useRowlock } from '../support/rowlock.js';

class Entry {
  @IsString() what!: string;
}

const followUp = defineHandler({ name: 'follow-up', payload: NoPayload, queue: 'later', handle: () => undefined });

/** What the handler waits for after its writes, and what it does then. */
let written: Gate;
let goOn: Gate<(job: JobContext) => unknown>;
let jobs: Jobs;

@JobHandler({ name: 'book', payload: Entry })
@Retry({ attempts: 2, backoff: 'fixed', delay: '1h' })
@Transactional()
class Book implements Handler<Entry, unknown> {
  async handle({ what }: Entry, job: JobContext): Promise<unknown> {
    await job.manager.query(`insert into ${rowlock.schema}.ledger (what, attempt) values ($1, $2)`, [
      what,
      job.attempt,
    ]);
    await jobs.enqueue(followUp, {}, { manager: job.manager });
    written.open();
    return (await goOn.opened)(job);
  }
}

const rowlock = useRowlock();

beforeAll(() => rowlock.query('create table $s.ledger (what text not null, attempt int not null)'));
beforeEach(() => rowlock.query('truncate $s.ledger'));

/** A worker in the midst of the job: its writes are made and not committed. */
async function midway(): Promise<{ readonly application: Application; readonly id: string }> {
  [written, goOn] = [makeGate(), makeGate<(job: JobContext) => unknown>()];
  const application = await rowlock.application({ handlers: [Book], worker: { sweepInterval: '1h' } });
  jobs = application.jobs;
  const { id } = await jobs.enqueue(Book, { what: 'it' });
  await written.opened;
  expect(await traces()).toEqual({ entries: 0, followUps: 0 });
  return { application, id };
}

/** What others see of the handler's writes. */
const traces = async (): Promise<unknown> => ({
  entries: await rowlock.value('select count(*)::int from $s.ledger'),
  followUps: await rowlock.value(`select count(*)::int from $s.jobs j where j.name = 'follow-up'`),
});

/** The job is due at once and not in an hour. */
async function retryNow(application: Application, id: string): Promise<void> {
  await application.event('job.retry', (event) => event.id === id);
  await rowlock.query('update $s.job_waiting set run_at = $s.clock() where id = $1', [id]);
}

describe('a transactional handler', () => {
  it('commits its writes, the jobs that it enqueued, its result and its completion together', async () => {
    const { application, id } = await midway();
    // Held, the row of the job keeps the completion waiting, and with it all the rest.
    const held = await rowlock.begin();
    await held.manager.query(`select from ${rowlock.schema}.job where id = $1 for update`, [id]);
    goOn.open(() => ({ booked: true }));
    await rowlock.blocked();
    expect(await traces()).toEqual({ entries: 0, followUps: 0 });
    await held.rollback();
    expect(await jobs.handle(id).result({ timeout: '10s' })).toEqual({ booked: true });
    expect(await traces()).toEqual({ entries: 1, followUps: 1 });
    expect(await application.event('job.complete')).toMatchObject({ id, attempt: 1 });
  });

  it.each([
    ['throws', () => Promise.reject(new Error('on second thoughts')), { message: 'on second thoughts' }],
    ['puts up with a failed statement', swallowFailure, { code: '25P02' }],
  ])('leaves no trace of an attempt that %s, which counts', async (_, act, error) => {
    const { application, id } = await midway();
    goOn.open(act);
    const { attempt } = await application.event('job.retry', (event) => event.id === id);
    expect(attempt).toBe(1);
    expect(await traces()).toEqual({ entries: 0, followUps: 0 });
    expect(await jobs.get(id)).toMatchObject({ attempt: 1, errors: [error] });
  });

  it('leaves the writes of the attempt that succeeded alone', async () => {
    const { application, id } = await midway();
    let calls = 0;
    goOn.open(() => (++calls === 1 ? Promise.reject(new Error('not yet')) : 'done'));
    await retryNow(application, id);
    await application.event('job.complete', (event) => event.id === id);
    expect(await rowlock.query('select what, attempt from $s.ledger')).toEqual([{ what: 'it', attempt: 2 }]);
    expect(await traces()).toEqual({ entries: 1, followUps: 1 });
  });

  it('discards the job and keeps none of its writes if its result has no JSON form', async () => {
    const { application, id } = await midway();
    goOn.open(() => 1n);
    expect(await application.event('job.discard')).toMatchObject({ id, error: { code: 'NOT_SERIALIZABLE' } });
    expect(await traces()).toEqual({ entries: 0, followUps: 0 });
  });

  it.each([
    ['returns', () => 'too late'],
    ['throws', () => Promise.reject(new Error('too late'))],
  ])('whose job belongs to another attempt meanwhile changes nothing when it %s', async (_, act) => {
    const { application, id } = await midway();
    // What a rescue and another worker's claim would leave in the row.
    await rowlock.query('update $s.job set token = token + 1000, attempt = 2 where id = $1', [id]);
    goOn.open(act);
    expect(await application.event('job.lost')).toMatchObject({ id, attempt: 1 });
    expect(await traces()).toEqual({ entries: 0, followUps: 0 });
    expect(await jobs.get(id)).toMatchObject({ state: 'running', attempt: 2, result: null, errors: [] });
    expect(application.events('job.complete')).toEqual([]);
  });

  it('commits nothing when its connection breaks, and is tried again', async () => {
    const { application, id } = await midway();
    await rowlock.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = $1 and state = 'idle in transaction' and pid <> pg_backend_pid()`,
      [rowlock.schema],
    );
    goOn.open(() => 'done');
    await retryNow(application, id);
    await application.event('job.complete', (event) => event.id === id && event.attempt === 2);
    expect(application.events('job.retry')).toMatchObject([{ id, attempt: 1 }]);
    expect(await rowlock.query('select attempt from $s.ledger')).toEqual([{ attempt: 2 }]);
  });
});

/** A statement that fails spoils the transaction, whether the handler minds or not. */
async function swallowFailure(job: JobContext): Promise<void> {
  await job.manager.query('select 1 / 0').catch(() => undefined);
}
