import { describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { LogSubscriber } from '../../src/telemetry/log-subscriber.js';
import { eventually } from '../support/eventually.js';
import { captureLog } from '../support/log-capture.js';
import { useRowlock } from '../support/rowlock.js';

class Text {
  @IsString() text!: string;
}

const rowlock = useRowlock();

/** What whoever writes SQL may try; the client refuses the same before it asks the database. */
const REFUSED: readonly (readonly [what: string, columns: Readonly<Record<string, string>>])[] = [
  ['an empty name', { name: `''` }],
  ['a name in capitals', { name: `'Greet'` }],
  ['a name with a blank', { name: `'greet me'` }],
  ['a name with a quote', { name: `'greet''; drop table job; --'` }],
  ['a name with a letter that is not ASCII', { name: `'grüße'` }],
  ['a name of 64 bytes', { name: `repeat('a', 64)` }],
  ['a queue that begins with a digit', { queue: `'1st'` }],
  ['a queue with a line break', { queue: `E'mail\\n'` }],
  ['a priority below all', { priority: '-1' }],
  ['a priority above all', { priority: '10' }],
  ['no attempt', { max_attempts: '0' }],
  ['too many attempts', { max_attempts: '1001' }],
  ['too many tags', { tags: `array_fill('a'::text, array[21])` }],
];

const ROW = { id: 'gen_random_uuid()', name: `'greet'`, queue: `'mail'`, priority: '5', payload: `'{}'`, max_attempts: '1', created_at: 'now()' }; // prettier-ignore
const insert = (columns: Readonly<Record<string, string>>): Promise<unknown> => {
  const row = { ...ROW, ...columns };
  return rowlock.query(`insert into $s.job (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`);
};

describe('rows that somebody writes by SQL', () => {
  it('are stored if they are within the limits', async () => {
    await insert({});
    await insert({ name: `repeat('a', 63)`, tags: `array_fill('a'::text, array[20])`, max_attempts: '1000' });
    expect(await rowlock.value('select count(*)::int from $s.job')).toBe(2);
  });

  it.each(REFUSED)('are refused for %s', async (_, columns) => {
    await expect(insert(columns)).rejects.toMatchObject({ driverError: { code: '23514' } });
  });
});

const HOSTILE: readonly string[] = [
  `'; drop table job; --`,
  '$$; select pg_sleep(10); $$',
  '%s %I %L \\ \\\\ \\u0000',
  '"quoted" `ticked` {braced} ${also}',
  '‮right to left‬ and ​nothing',
  '😀 é é ﷽',
  '__proto__',
  'a\r\nb\tc',
  '<img src=x onerror=alert(1)>',
  'x'.repeat(900),
];

describe('texts that mean something elsewhere', () => {
  it.each(HOSTILE)('are data wherever they stand: %j', async (text) => {
    const echo = defineHandler({
      name: 'echo',
      payload: Text,
      lock: 'lock {text}',
      unique: { key: '{text}' },
      handle: (payload, job) => {
        if (job.attempt === 1) throw new Error(payload.text);
        return { [payload.text]: payload.text };
      },
      retry: { attempts: 2, backoff: 'fixed', delay: '10ms' },
    });
    const { jobs, locks } = await rowlock.application({ handlers: [echo] });
    const tag = text.slice(0, 100);
    const handle = await jobs.enqueue(echo, { text }, { tags: [tag] });
    expect(await handle.result({ timeout: '20s' })).toEqual({ [text]: text });
    expect(await handle.details()).toMatchObject({ tags: [tag], payload: { text }, errors: [{ message: text }] });
    expect((await jobs.list({ tag })).jobs.map(({ id }) => id)).toEqual([handle.id]);
    expect(await locks.withLock(text, {}, ({ key }) => Promise.resolve(key))).toBe(text);
  });
});

const SECRET = 'hunter2';
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln';

/** Errors as libraries throw them, with secrets in them. */
const TELLING: Readonly<Record<string, () => unknown>> = {
  'the URL of a database': () => new Error(`connect postgres://me:${SECRET}@db/shop failed`),
  'a header': () => new Error(`401 for Authorization: Bearer ${TOKEN}`),
  'a connection string': () => new Error(`no such host in host=db password=${SECRET}`),
  'a cause': () => new Error('no', { cause: new Error(`login with {"password":"${SECRET}"}`) }),
  'a thrown object': () => ({ status: 401, password: SECRET, token: TOKEN }),
  'an error of the driver': () => Object.assign(new Error('duplicate key'), { query: 'select $1', parameters: [SECRET] }), // prettier-ignore
};

describe('secrets in what a handler throws', () => {
  it.each(Object.keys(TELLING))('are neither stored nor logged: %s', async (what) => {
    const fail = defineHandler({
      name: 'fail',
      payload: NoPayload,
      retry: { attempts: 2, backoff: 'fixed', delay: '10ms' },
      handle: () => {
        throw TELLING[what]?.();
      },
    });
    const { jobs, telemetry } = await rowlock.application({ handlers: [fail] });
    const log = captureLog({ level: 'debug', format: 'json' });
    const lines = new LogSubscriber(telemetry, log.logger);
    const { id } = await jobs.enqueue(fail, {});
    await eventually('it is a dead letter', async () => (await jobs.get(id))?.state === 'discarded');
    const stored = await rowlock.value<string>('select to_jsonb(j)::text from $s.jobs j where id = $1', [id]);
    await eventually('it is logged', () => log.text().includes('job failed for good'));
    lines.close();
    for (const text of [stored, log.text()]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(TOKEN);
    }
  });
});
