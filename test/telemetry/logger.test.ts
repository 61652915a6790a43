import { afterEach, describe, expect, it } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { createLogger } from '../../src/telemetry/logger.js';
import { captureLog } from '../support/log-capture.js';

const VARIABLES = ['ROWLOCK_LOG_LEVEL', 'ROWLOCK_LOG_FORMAT', 'NO_COLOR'] as const;

afterEach(() => {
  for (const name of VARIABLES) delete process.env[name];
});

describe('createLogger', () => {
  it('writes one JSON object a line: timestamp, level and message first', () => {
    const log = captureLog();
    log.logger.info('fetching', { url: 'https://example.com', job_id: '1' });
    log.logger.warn('two\nlines');
    const [first, second] = log.lines();
    expect(Object.keys(first ?? {})).toEqual(['timestamp', 'level', 'message', 'url', 'job_id']);
    expect(first).toMatchObject({
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'info',
      message: 'fetching',
    });
    expect(second).toMatchObject({ level: 'warn', message: 'two\nlines' });
    expect(log.text().match(/\n/g)).toHaveLength(2);
  });

  it('takes secrets out of messages and fields', () => {
    const log = captureLog();
    log.logger.info('at postgres://me:hunter2@host/db', {
      password: 'hunter2',
      note: 'Bearer hunter2',
      error: new Error('token=hunter2'),
    });
    expect(log.text()).not.toContain('hunter2');
    expect(log.lines()).toEqual([
      expect.objectContaining({ message: 'at postgres://me:***@host/db', password: '***' }),
    ]);
  });

  it('writes what matters as much as its level, by option, by ROWLOCK_LOG_LEVEL, or info', () => {
    const say = (log: ReturnType<typeof captureLog>): unknown[] => {
      for (const level of ['error', 'warn', 'info', 'debug'] as const) log.logger.log(level, level);
      return log.lines().map(({ level }) => level);
    };
    expect(say(captureLog())).toEqual(['error', 'warn', 'info']);
    process.env['ROWLOCK_LOG_LEVEL'] = 'debug';
    expect(say(captureLog())).toEqual(['error', 'warn', 'info', 'debug']);
    expect(say(captureLog({ level: 'error' }))).toEqual(['error']);
    expect(say(captureLog({ level: 'silent' }))).toEqual([]);
    process.env['ROWLOCK_LOG_LEVEL'] = '';
    expect(say(captureLog())).toEqual(['error', 'warn', 'info']);
  });

  it('refuses a level or a format that is none, and names those that are', () => {
    process.env['ROWLOCK_LOG_LEVEL'] = 'loud';
    expect(() => createLogger()).toThrow(/"loud" is none of: silent, error, warn, info, debug\. Set ROWLOCK_LOG_LEVEL/);
    expect(() => createLogger({ level: 'info', format: 'xml' as never })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });

  it('is readable on a terminal, with the stack of an error under its line', () => {
    const log = captureLog({ terminal: true });
    log.logger.error('job failed', {
      job_type: 'greet',
      text: 'two words',
      n: 3,
      nothing: null,
      error: new TypeError('no'),
    });
    const [line, stack, frame] = stripVTControlCharacters(log.text()).split('\n');
    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} error job failed {2}job_type=greet text="two words" n=3$/);
    expect(stack).toBe('    TypeError: no');
    expect(frame).toMatch(/^ +at /);
    expect(log.text()).toContain('\u001b[31merror\u001b[39m');
  });

  it('has no colours with NO_COLOR, and no prettiness where ROWLOCK_LOG_FORMAT says json', () => {
    process.env['NO_COLOR'] = '1';
    const plain = captureLog({ terminal: true });
    plain.logger.info('hello', { error: { type: 'Error', message: 'no stack' } });
    expect(plain.text()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}hello\n {4}Error: no stack\n$/);
    process.env['ROWLOCK_LOG_FORMAT'] = 'json';
    const json = captureLog({ terminal: true });
    json.logger.info('hello');
    expect(json.lines()).toEqual([expect.objectContaining({ message: 'hello' })]);
  });
});
