import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../src/engine/attempt.js';
import { completeJobs } from '../../src/repositories/sql/complete-jobs.js';
import { Partitions } from '../../src/scheduler/partitions.js';
import { Audit, type Transition } from './audit.js';
import { checkHistories, checkLockKeys, checkUniqueKeys } from './history-checker.js';
import { ending, failed, JobsAt } from './jobs-at.js';
import { unfenced } from './remove-fence.js';
import { useRowlock } from './rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const audit = new Audit(rowlock);

beforeAll(async () => {
  await new Partitions(rowlock.database).ensure();
  await audit.install();
});

const result = (attempt: Attempt): string => JSON.stringify({ token: attempt.token });
const complete = (attempt: Attempt): Promise<unknown> =>
  rowlock.engine.complete(rowlock.on, [ending(attempt, { verb: 'complete', result: result(attempt) })]);

const historyOf = async (id: string): Promise<readonly Transition[]> =>
  (await audit.transitions()).filter(({ jobId }) => jobId === id);
const wayOf = async (id: string): Promise<readonly string[]> =>
  (await historyOf(id)).map(({ from, to }) => `${from} → ${to}`);

/** What the statement would be without its fence: whoever says that a job is done is believed. */
async function completeUnfenced(attempt: Attempt): Promise<void> {
  const { text } = rowlock.database.rendered(completeJobs);
  await rowlock.dataSource.query(unfenced(text), [[attempt.id], [attempt.token], `[${result(attempt)}]`]);
}

async function kill({ workerId }: Attempt): Promise<void> {
  await rowlock.query(`update $s.worker set heartbeat_at = '-infinity' where id = $1`, [workerId]);
  await rowlock.engine.rescue(rowlock.on, 100);
}

describe('the history', () => {
  it('has each step of a job once, whichever tables it went through', async () => {
    const attempt = await jobs.running({
      lockKey: 'k',
      unique: { key: 'u', scope: 'unfinished', periodMs: null, onConflict: 'reject' },
    });
    await kill(attempt);
    const [second] = (await jobs.claim({ queue: attempt.row.queue })) as [Attempt];
    await rowlock.engine.snooze(rowlock.on, [
      ending(second, { verb: 'snooze', delayMs: 0, reason: `later, token ${second.token}`, waitsFor: null }),
    ]);
    await rowlock.engine.promote(rowlock.on, 100);
    const [third] = (await jobs.claim({ queue: attempt.row.queue })) as [Attempt];
    await rowlock.engine.retry(rowlock.on, [ending(third, failed(0, `no, token ${third.token}`))]);
    await rowlock.engine.promote(rowlock.on, 100);
    const [fourth] = (await jobs.claim({ queue: attempt.row.queue })) as [Attempt];
    await rowlock.engine.interrupt(rowlock.on, [ending(fourth, { verb: 'interrupt' })]);
    const [fifth] = (await jobs.claim({ queue: attempt.row.queue })) as [Attempt];
    await complete(fifth);
    const transitions = await historyOf(attempt.id);
    expect(await wayOf(attempt.id)).toEqual([
      'null → available', 'available → running', 'running → available', 'available → running', 'running → scheduled',
      'scheduled → available', 'available → running', 'running → retryable', 'retryable → available', 'available → running',
      'running → available', 'available → running', 'running → completed',
    ]); // prettier-ignore
    const answers = transitions.flatMap(({ answeredBy }) => answeredBy ?? []);
    expect(answers).toEqual([second.token, third.token, fifth.token]);
    expect(transitions).toEqual(transitions.map(() => expect.objectContaining({ lockKey: 'k', uniqueKey: 'u' })));
    expect([...checkHistories(transitions), ...checkLockKeys(transitions), ...checkUniqueKeys(transitions)]).toEqual(
      [],
    );
  });

  it('tells apart the jobs that one statement moves', async () => {
    const [one, other] = [await jobs.inState('scheduled'), await jobs.inState('pending')];
    await rowlock.engine.requestCancel(rowlock.on, [one, other], 'not wanted');
    expect(await wayOf(one)).toEqual(['null → scheduled', 'scheduled → cancelled']);
    expect(await wayOf(other)).toEqual(['null → available', 'available → pending', 'pending → cancelled']);
  });

  it('has nothing of what was rolled back', async () => {
    const transaction = await rowlock.begin();
    const id = await jobs.enqueue({}, transaction.on);
    await transaction.rollback();
    expect(await wayOf(id)).toEqual([]);
  });

  it('convicts a finish that has lost its fence, of an attempt that is no longer the newest', async () => {
    const first = await jobs.running();
    await kill(first);
    const [second] = (await jobs.claim({ queue: first.row.queue })) as [Attempt];
    expect(await complete(first)).toEqual([]);
    expect(checkHistories(await historyOf(first.id))).toEqual([]);
    await completeUnfenced(first);
    expect(checkHistories(await historyOf(first.id))).toEqual([
      expect.stringContaining(`the answer is of token ${first.token}, the newest is ${second.token}`),
    ]);
  });
});

describe('the ledger', () => {
  const enter = (id: string, token: string): Promise<unknown> =>
    rowlock.query('insert into $s.ledger values ($1, $2)', [id, token]);

  it('has one row for each completed job, of the attempt that completed it, and none for others', async () => {
    const id = await jobs.inState('completed', { name: 'greet' });
    const other = await jobs.inState('discarded');
    const { token } = await jobs.get(id);
    const violations = (job: string, tokens: string, state: string): string[] => [
      `job ${job} is ${state} and has ledger rows of tokens ${tokens}`,
    ];
    expect(await audit.ledgerViolations('greet')).toEqual(violations(id, 'none', 'completed'));
    await enter(id, '1');
    expect(await audit.ledgerViolations('greet')).toEqual(violations(id, '1', 'completed'));
    await enter(id, token ?? '');
    expect(await audit.ledgerViolations('greet')).toEqual(violations(id, `1, ${token}`, 'completed'));
    await rowlock.query('delete from $s.ledger where token = 1');
    expect(await audit.ledgerViolations('greet')).toEqual([]);
    await enter(other, '1');
    expect(await audit.ledgerViolations('greet')).toEqual(violations(other, '1', 'discarded'));
    expect(await audit.ledgerViolations('another')).toHaveLength(2);
    await rowlock.query('delete from $s.ledger');
  });
});
