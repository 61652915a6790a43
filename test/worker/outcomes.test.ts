import { describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import type { JobDetails } from '../../src/client/job-details.js';
import type { RetryOptions } from '../../src/core/retry-policy.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { useRowlock } from '../support/rowlock.js';

class How {
  @IsString() how!: string;
}

/** A handler that does what the payload names in a table. */
function doing(table: Readonly<Record<string, () => unknown>>, retry: RetryOptions = { attempts: 1 }) {
  return defineHandler({ name: 'misbehave', payload: How, retry, handle: ({ how }): unknown => table[how]?.() });
}

const raise = (thrown: unknown) => (): never => {
  throw thrown;
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function circularError(): Error {
  const error = new Error('it goes round');
  error.cause = error;
  return error;
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

const unreadable = Object.defineProperties(new Error(), {
  // First, because replacing it formats the stack once more, which reads the message.
  stack: { get: raise(new Error('no stack')) },
  message: { get: raise(new Error('no message')) },
  code: { get: raise(new Error('no code')) },
  cause: { get: raise(new Error('no cause')) },
});
const longStack = Object.assign(new Error('deep down'), {
  stack: Array.from({ length: 10_000 }, (_, at) => `    at level ${at}`).join('\n'),
});
const INDESCRIBABLE = 'something was thrown that cannot be described';

const THROWN: Readonly<Record<string, readonly [act: () => unknown, recorded: object]>> = {
  'a string': [raise('plain words'), { name: 'string', message: 'plain words' }],
  null: [raise(null), { name: 'null', message: 'null' }],
  undefined: [raise(undefined), { name: 'undefined', message: 'undefined' }],
  'a symbol': [raise(Symbol('why')), { name: 'symbol', message: 'Symbol(why)' }],
  'a plain object': [raise({ status: 503, code: 'BUSY' }), { message: '{"status":503,"code":"BUSY"}', code: 'BUSY' }],
  'a revoked proxy': [raise(revoked()), { name: 'object', message: INDESCRIBABLE }],
  'a frozen error': [raise(Object.freeze(new TypeError('cold'))), { name: 'TypeError', message: 'cold' }],
  'an error whose getters throw': [raise(unreadable), { name: 'Error', message: INDESCRIBABLE }],
  'an error that is its own cause': [raise(circularError()), { message: 'it goes round' }],
  'a stack of 10,000 lines': [raise(longStack), { message: 'deep down' }],
  'a message of a megabyte': [raise(new Error('x'.repeat(1_000_000))), { message: `${'x'.repeat(1_999)}…` }],
  'a message that PostgreSQL refuses': [raise(new Error('nul \0 half \ud83d')), { message: 'nul \ufffd half \ufffd' }],
  'a rejection and another': [rejectTwice, { message: 'the first' }],
  'what an async function throws': [() => Promise.reject(new Error('later')), { message: 'later' }],
};

function rejectTwice(): Promise<never> {
  return new Promise((_, reject) => {
    reject(new Error('the first'));
    reject(new Error('the second'));
  });
}

const RETURNED: Readonly<Record<string, readonly [act: () => unknown, stored: unknown]>> = {
  undefined: [() => undefined, null],
  'text with NUL': [() => 'a\0b', 'a\ufffdb'],
  'a NUL in the name of a field': [() => ({ 'a\0b': 1 }), { 'a\ufffdb': 1 }],
  'half an emoji': [() => ({ text: '\ud83d!' }), { text: '\ufffd!' }],
  'a Map': [() => new Map([[1, 2]]), {}],
  NaN: [() => NaN, null],
  'a symbol': [() => Symbol('it'), null],
  'a function': [() => raise(1), null],
  'a Date': [() => new Date(0), '1970-01-01T00:00:00.000Z'],
  'an invalid Date': [() => new Date(NaN), null],
  '200 levels': [() => nested(200), nested(200)],
  'one mebibyte': [() => 'x'.repeat(2 ** 20 - 2), 'x'.repeat(2 ** 20 - 2)],
  'a promise that throws after it has resolved': [resolveAndThrow, 'done'],
  'a thenable that is no Promise': [() => ({ then: (resolve: (value: string) => void) => resolve('then') }), 'then'],
};

function resolveAndThrow(): Promise<string> {
  return new Promise((resolve) => {
    resolve('done');
    throw new Error('too late');
  });
}

const REFUSED: Readonly<Record<string, readonly [act: () => unknown, code: string]>> = {
  'a bigint': [() => 1n, 'NOT_SERIALIZABLE'],
  'an object that holds itself': [() => circularError(), 'NOT_SERIALIZABLE'],
  'a getter that throws': [() => ({ toJSON: raise(null) }), 'NOT_SERIALIZABLE'],
  '201 levels': [() => nested(201), 'NOT_SERIALIZABLE'],
  '20,000 levels': [() => nested(20_000), 'NOT_SERIALIZABLE'],
  'a byte over one mebibyte': [() => 'x'.repeat(2 ** 20 - 1), 'TOO_LARGE'],
  'three-byte characters over one mebibyte': [() => '€'.repeat(400_000), 'TOO_LARGE'],
  'ten megabytes': [() => 'x'.repeat(10_000_000), 'TOO_LARGE'],
};

const acts = (cases: Readonly<Record<string, readonly [() => unknown, unknown]>>): Record<string, () => unknown> =>
  Object.fromEntries(Object.entries(cases).map(([how, [act]]) => [how, act]));

const rowlock = useRowlock();

/** Runs a job for each case on one worker that has one slot, and a last one after them: none may keep the next from it. */
async function runAll(
  cases: Readonly<Record<string, readonly [() => unknown, unknown]>>,
  retry?: RetryOptions,
): Promise<Map<string, JobDetails>> {
  const handler = doing({ ...acts(cases), last: () => 'last' }, retry);
  const { jobs } = await rowlock.application({ handlers: [handler], worker: { concurrency: 1 } });
  const hows = [...Object.keys(cases), 'last'];
  const handles = await jobs.enqueueMany(
    handler,
    hows.map((how) => ({ how })),
  );
  const ended = await over(jobs, handles);
  const byHow = new Map(hows.map((how, at) => [how, ended[at] as JobDetails]));
  expect(byHow.get('last')).toMatchObject({ state: 'completed', result: 'last' });
  return byHow;
}

const over = (jobs: Application['jobs'], handles: readonly { readonly id: string }[]): Promise<JobDetails[]> =>
  eventually(
    'all jobs are over',
    async () => {
      await rowlock.engine.promote(rowlock.on, 100); // sooner than the leader, which looks once a second
      const found = await Promise.all(handles.map(({ id }) => jobs.get(id)));
      return found.every((job) => job?.finishedAt) && (found as JobDetails[]);
    },
    { timeout: 30_000 },
  );

describe('what a handler throws', () => {
  it('F-21 is recorded whatever it is, and the worker goes on with the next job', async () => {
    const ended = await runAll(THROWN);
    for (const [how, [, recorded]] of Object.entries(THROWN)) {
      const job = ended.get(how);
      expect({ how, state: job?.state, attempt: job?.attempt }).toEqual({ how, state: 'discarded', attempt: 1 });
      expect({ how, errors: job?.errors }).toMatchObject({ how, errors: [recorded] });
      expect(JSON.stringify(job?.errors).length).toBeLessThan(20_000);
    }
    expect(ended.get('an error that is its own cause')?.errors[0]?.stack).toContain('Caused by: Error: it goes round');
  });

  it('is tried again whatever it is', async () => {
    const unless = [RangeError];
    const ended = await runAll(THROWN, { attempts: 2, delay: '1ms', jitter: 0, unless });
    for (const how of Object.keys(THROWN))
      expect({ how, job: ended.get(how) }).toMatchObject({
        how,
        job: { state: 'discarded', attempt: 2, errors: [{ attempt: 1 }, { attempt: 2 }] },
      });
  });

  it('F-45 is kept of the newest ten attempts', async () => {
    let calls = 0;
    const cases = { 'fails twelve times': [() => raise(new Error(`failure ${++calls}`))(), null] } as const;
    const ended = await runAll(cases, { attempts: 12, backoff: 'fixed', delay: '1ms' });
    const job = ended.get('fails twelve times');
    expect(job).toMatchObject({ state: 'discarded', attempt: 12 });
    expect(job?.errors.map(({ message }) => message)).toEqual(
      Array.from({ length: 10 }, (_, at) => `failure ${at + 3}`),
    );
  }, 40_000);
});

describe('what a handler returns', () => {
  it('is stored in its JSON form', async () => {
    const ended = await runAll(RETURNED);
    for (const [how, [, result]] of Object.entries(RETURNED)) {
      const job = ended.get(how);
      expect({ how, state: job?.state, result: job?.result }).toEqual({ how, state: 'completed', result });
    }
  });

  it('F-22 discards the job at its first attempt if it has none, or is too large', async () => {
    const ended = await runAll(REFUSED, { attempts: 3, delay: '1ms' });
    for (const [how, [, code]] of Object.entries(REFUSED)) {
      const job = ended.get(how);
      expect({ how, state: job?.state, attempt: job?.attempt }).toEqual({ how, state: 'discarded', attempt: 1 });
      expect({ how, errors: job?.errors }).toMatchObject({ how, errors: [{ code }] });
      expect(job?.result).toBeNull();
    }
  });

  it('ends the job also if it cannot even be looked at', async () => {
    const ended = await runAll({ 'a revoked proxy': [revoked, null] });
    expect(ended.get('a revoked proxy')).toMatchObject({ state: 'discarded', errors: [{ name: 'TypeError' }] });
  });
});
