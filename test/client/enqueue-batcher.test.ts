import { describe, expect, it } from '@jest/globals';
import { EnqueueBatcher } from '../../src/client/enqueue-batcher.js';
import type { Engine } from '../../src/engine/engine.js';
import { newJob } from '../support/jobs-at.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();
const count = (): Promise<number> => rowlock.value('select count(*)::int from $s.job');

/** The engine, with a count of the statements that it was asked for. */
function counting(): { batcher: EnqueueBatcher; batches: number[] } {
  const batches: number[] = [];
  const enqueue: Engine['enqueue'] = (on, jobs, notify) => {
    batches.push(jobs.length);
    return rowlock.engine.enqueue(on, jobs, notify);
  };
  return { batcher: new EnqueueBatcher({ enqueue } as unknown as Engine, rowlock.database), batches };
}

describe('calls at the same time', () => {
  it('share a statement, and each returns after its commit', async () => {
    const { batcher, batches } = counting();
    await Promise.all(
      Array.from({ length: 250 }, async () => {
        const job = newJob();
        await batcher.add(job);
        expect(await rowlock.value('select count(*)::int from $s.job where id = $1', [job.id])).toBe(1);
      }),
    );
    expect(batches.reduce((sum, size) => sum + size, 0)).toBe(250);
    expect(batches.length).toBeLessThan(20);
  });

  it('do not wait for one another longer than for the statement under way', async () => {
    const { batcher } = counting();
    const first = batcher.add(newJob());
    await batcher.add(newJob());
    await first;
    expect(await count()).toBe(2);
  });

  it('are not refused for one among them that the database refuses', async () => {
    const { batcher } = counting();
    const good = Array.from({ length: 20 }, () => newJob());
    const bad = newJob({ priority: 11 });
    const outcomes = await Promise.allSettled(
      [...good.slice(0, 10), bad, ...good.slice(10)].map((job) => batcher.add(job)),
    );
    expect(outcomes.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
    expect(outcomes[10]?.status).toBe('rejected');
    expect(await count()).toBe(20);
  });

  it('fail together if the connection breaks, and the next ones find another', async () => {
    const { batcher } = counting();
    await rowlock.query('create table $s.gate ()');
    await rowlock.query(
      `create function $s.wait() returns trigger language plpgsql as $$ begin lock table $s.gate in access share mode; return new; end $$`,
    );
    await rowlock.query('create trigger wait before insert on $s.job for each row execute function $s.wait()');
    const closed = await rowlock.begin();
    await closed.manager.query(`lock table ${rowlock.schema}.gate in access exclusive mode`);
    const lost = rejectionOf(batcher.add(newJob()));
    await rowlock.blocked();
    await rowlock.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'`,
      [rowlock.schema],
    );
    await lost;
    await closed.rollback();
    await batcher.add(newJob());
    expect(await count()).toBe(1);
    await rowlock.query('drop table $s.gate; drop function $s.wait cascade');
  });
});
