import { beforeEach, describe, expect, it } from '@jest/globals';
import { attemptError } from '../../src/core/attempt-error.js';
import { Telemetry, type AttemptFacts } from '../../src/telemetry/events.js';
import { LINES } from '../../src/telemetry/log-lines.js';
import { LogSubscriber } from '../../src/telemetry/log-subscriber.js';
import type { LogLevel } from '../../src/telemetry/logger.js';
import { captureLog, type LogCapture } from '../support/log-capture.js';

const job: AttemptFacts = {
  id: 'job-1',
  name: 'greet',
  queue: 'web',
  attempt: 2,
  runId: null,
  step: null,
  workerId: 'worker-1',
  waitMs: 12.345,
  runMs: 100.04,
};

let telemetry: Telemetry;
let log: LogCapture;
let now: number;
let subscriber: LogSubscriber;

const subscribe = (level: LogLevel): void => {
  telemetry = new Telemetry();
  log = captureLog({ level });
  now = 0;
  subscriber = new LogSubscriber(telemetry, log.logger, () => now);
};

beforeEach(() => subscribe('debug'));

describe('the line of a job', () => {
  it('names the job, its worker, its times and its outcome', () => {
    telemetry.emit('job.complete', job);
    expect(log.lines()).toEqual([
      {
        timestamp: expect.any(String),
        level: 'info',
        message: 'job completed',
        job_id: 'job-1',
        job_type: 'greet',
        queue: 'web',
        attempt: 2,
        worker_id: 'worker-1',
        outcome: 'completed',
        duration_ms: 100,
        wait_ms: 12.3,
      },
    ]);
  });

  it('names the run and the step of a pipeline, and leaves out what is not known', () => {
    telemetry.emit('job.complete', { ...job, runId: 'run-1', step: 'images', waitMs: null });
    expect(log.lines()[0]).toMatchObject({ run_id: 'run-1', step: 'images' });
    expect(log.lines()[0]).not.toHaveProperty('wait_ms');
  });

  it('carries the error of a failed attempt', () => {
    const error = attemptError(Object.assign(new TypeError('at postgres://me:hunter2@host'), { code: 'E1' }), 2);
    telemetry.emit('job.retry', { ...job, error, delayMs: 5_000 });
    telemetry.emit('job.discard', { ...job, error });
    const failure = { type: 'TypeError', message: 'at postgres://me:***@host', code: 'E1', stack: expect.any(String) };
    expect(log.lines()).toMatchObject([
      { level: 'warn', outcome: 'retryable', retry_in_ms: 5_000, error: failure },
      { level: 'error', outcome: 'discarded', error: failure },
    ]);
    expect(log.text()).not.toContain('hunter2');
  });

  it('is as a handler logged it, with what it said apart from what we say', () => {
    const meta = { message: 'mine', level: 'mine', password: 'hunter2' };
    telemetry.emit('job.log', { ...job, level: 'warn', message: 'careful', meta });
    expect(log.lines()).toMatchObject([
      { level: 'warn', message: 'careful', job_id: 'job-1', meta: { message: 'mine', level: 'mine', password: '***' } },
    ]);
  });

  it('says why a job was rescued, and what became of it', () => {
    const rescued = { id: 'job-1', name: 'greet', queue: 'web', attempt: 3 };
    telemetry.emit('job.rescue', { ...rescued, dead: false, cancelled: false });
    telemetry.emit('job.rescue', { ...rescued, dead: true, cancelled: true });
    expect(log.lines()).toMatchObject([
      { level: 'warn', message: 'job rescued: it hung past its deadline', outcome: 'available' },
      { level: 'warn', message: 'job rescued: its worker died', outcome: 'cancelled' },
    ]);
  });
});

describe('levels', () => {
  it('write a line of each level and those that matter more', () => {
    const linesAt = (level: LogLevel): unknown[] => {
      subscribe(level);
      telemetry.emit('job.start', job);
      telemetry.emit('job.complete', job);
      telemetry.emit('job.lost', job);
      telemetry.emit('job.log', { ...job, level: 'error', message: 'mine' });
      return log.lines().map((line) => line['level']);
    };
    expect(linesAt('debug')).toEqual(['debug', 'info', 'warn', 'error']);
    expect(linesAt('info')).toEqual(['info', 'warn', 'error']);
    expect(linesAt('warn')).toEqual(['warn', 'error']);
    expect(linesAt('error')).toEqual(['error']);
  });

  it('do not subscribe to what nobody would read', () => {
    subscribe('warn');
    expect(telemetry.wants('job.complete')).toBe(false);
    expect(telemetry.wants('job.retry')).toBe(true);
    subscribe('info');
    expect(telemetry.wants('job.start')).toBe(false);
    expect(telemetry.wants('job.complete')).toBe(true);
  });

  it('end with the subscription', () => {
    subscriber.close();
    expect(Object.keys(LINES).filter((name) => telemetry.wants(name as keyof typeof LINES))).toEqual([]);
    telemetry.emit('error', { where: 'claiming', error: new Error('no') });
    expect(log.text()).toBe('');
  });
});

describe('listening', () => {
  it('is told when it changes, not each time that it is tried', () => {
    telemetry.emit('listen.lost', { error: new Error('not yet connected') });
    telemetry.emit('listen.connect', { channel: 'jobs' });
    telemetry.emit('listen.connect', { channel: 'jobs' });
    telemetry.emit('listen.lost', { error: new Error('gone') });
    telemetry.emit('listen.lost', { error: new Error('still gone') });
    telemetry.emit('listen.connect', { channel: 'jobs' });
    telemetry.emit('listen.unavailable', { reason: 'a pooler' });
    telemetry.emit('listen.unavailable', { reason: 'a pooler' });
    expect(log.lines()).toMatchObject([
      { level: 'info', channel: 'jobs' },
      { level: 'warn', error: { message: 'gone' } },
      { level: 'info', channel: 'jobs' },
      { level: 'warn', reason: 'a pooler' },
    ]);
  });
});

describe('errors of a loop', () => {
  it('are written once a second for each place, with how many were left out', () => {
    const fail = (where: string): void =>
      telemetry.emit('error', { where, error: new Error(`no ${where}`), retryInMs: 50.4 });
    fail('claiming jobs');
    fail('claiming jobs');
    fail('storing outcomes');
    now = 999;
    fail('claiming jobs');
    now = 1_000;
    fail('claiming jobs');
    expect(log.lines()).toMatchObject([
      { level: 'error', message: 'claiming jobs failed', retry_in_ms: 50, error: { message: 'no claiming jobs' } },
      { message: 'storing outcomes failed' },
      { message: 'claiming jobs failed', not_logged: 2 },
    ]);
  });

  it('are one a second for all places if it is the database that is away, or takes no writes', () => {
    const fail = (where: string, code: string): void =>
      telemetry.emit('error', { where, error: Object.assign(new Error(`no ${where}`), { code }) });
    fail('claiming jobs', 'ECONNREFUSED');
    fail('the heartbeat', '25006');
    fail('storing outcomes', '57P01');
    fail('a listener', 'MINE');
    now = 1_000;
    fail('storing outcomes', '25006');
    expect(log.lines()).toMatchObject([
      { where: 'claiming jobs' },
      { where: 'a listener' },
      { where: 'storing outcomes', not_logged: 2 },
    ]);
  });

  it('may be anything that was thrown', () => {
    telemetry.emit('error', { where: 'a listener', error: 'text' });
    expect(log.lines()).toMatchObject([{ error: { type: 'string', message: 'text' } }]);
  });
});

it('has words for every event', () => {
  const facts = {
    ...job,
    ids: ['1'],
    names: ['greet'],
    queues: ['web'],
    partitions: [],
    delayMs: 1,
    sinceMs: 1,
    ms: 1,
    blockedMs: 1,
    reason: 'because',
    error: attemptError(new Error('no'), 1),
    level: 'info',
    message: 'said',
  };
  for (const name of Object.keys(LINES) as (keyof typeof LINES)[]) telemetry.emit(name, facts);
  const messages = log.lines().map(({ message }) => message);
  expect(messages).toHaveLength(Object.keys(LINES).length);
  expect(new Set(messages).size).toBe(messages.length);
});
