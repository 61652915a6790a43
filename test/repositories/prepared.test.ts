import { describe, expect, it } from '@jest/globals';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { Database } from '../../src/repositories/database.js';
import { Session } from '../../src/repositories/session.js';
import { statement } from '../../src/repositories/statement.js';
import { startPooler } from '../support/pooler.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();
const task = defineHandler({ name: 'task', payload: NoPayload, handle: () => undefined });
const options = { handlers: [task], work: false, connections: 1 } as const;

describe('a session of a worker', () => {
  it('plans in its own way for as long as it has the connection', async () => {
    const { dataSource } = await rowlock.application(options);
    const settings = statement<readonly [], Record<string, string>>(
      'settings',
      () =>
        `select current_setting('enable_seqscan') as scans, current_setting('plan_cache_mode') as plans, current_setting('jit') as jit`,
    );
    const database = new Database(dataSource, rowlock.schema);
    const [before] = await database.run(settings, []);
    const session = new Session(database, () => true);
    expect(await session.run(settings, [])).toEqual([{ scans: 'off', plans: 'force_generic_plan', jit: 'off' }]);
    await session.close();
    expect(await database.run(settings, [])).toEqual([before]);
  });
});

describe('a statement outside of a transaction', () => {
  it('is prepared, if there is but one plan for it', async () => {
    const { jobs, dataSource } = await rowlock.application(options);
    await jobs.enqueue(task, {});
    await jobs.list();
    const prepared: { name: string }[] = await dataSource.query('select name from pg_prepared_statements');
    expect(prepared.map(({ name }) => name)).toEqual([expect.stringMatching(/^rowlock_enqueue-jobs_[0-9a-f]{12}$/)]);
  });

  it('is not prepared behind a pooler, in whose sessions it would stay for others', async () => {
    const pooler = await startPooler(rowlock.url);
    const { jobs, dataSource, stop } = await rowlock.application({ ...options, url: pooler.url });
    await jobs.enqueue(task, {});
    await jobs.enqueue(task, {});
    expect(await dataSource.query('select name from pg_prepared_statements')).toEqual([]);
    expect((await jobs.list({ name: task })).jobs).toHaveLength(2);
    await stop();
    await pooler.close();
  });

  it('is sent whole from then on, once a pooler has given it to a session that has not prepared it', async () => {
    const { jobs, dataSource } = await rowlock.application(options);
    await jobs.enqueue(task, {});
    await dataSource.query('deallocate all'); // what the next session looks like from here
    await jobs.enqueue(task, {});
    await jobs.enqueue(task, {});
    expect(await dataSource.query('select name from pg_prepared_statements')).toEqual([]);
    expect((await jobs.list({ name: task })).jobs).toHaveLength(3);
  });
});
