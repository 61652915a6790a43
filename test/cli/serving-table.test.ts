import { describe, expect, it } from '@jest/globals';
import { servingTable } from '../../src/cli/serving-table.js';
import { showDuration } from '../../src/cli/show-duration.js';
import { defineHandler, NoPayload, pipeline } from '../../src/index.js';
import { HandlerRegistry } from '../../src/registry/handler-registry.js';

const base = { payload: NoPayload, handle: () => undefined };

const Plain = defineHandler({ ...base, name: 'plain', retry: { attempts: 1 } });
const Busy = defineHandler({
  ...base,
  name: 'busy',
  queue: 'web',
  retry: { attempts: 5, backoff: 'fixed', delay: '90s' },
  timeout: '2h',
  lock: () => 'key',
  unique: { key: 'the-only-one', while: 'queued' },
});
const Elsewhere = defineHandler({ ...base, name: 'elsewhere', queue: 'other', retry: { backoff: () => '1s' } });

const { definitions } = new HandlerRegistry([Plain, Busy, Elsewhere]);

describe('servingTable', () => {
  it('has a line for each handler of the queues that are served, and counts the others', () => {
    const table = servingTable(
      definitions,
      new Map([
        ['default', null],
        ['web', 5],
      ]),
      [],
    );
    expect(table.split('\n')).toEqual([
      'job    queue    attempts  backoff     timeout  lock      unique',
      '-----  -------  --------  ----------  -------  --------  ---------------------',
      'plain  default  1         -           default  -         -',
      'busy   web:5    5         fixed, 90s  2h       computed  the-only-one (queued)',
      '',
      '1 more in queues that this worker does not serve.',
    ]);
  });

  it('shows the steps of each pipeline', () => {
    const both = pipeline('both', { input: NoPayload })
      .step('first', Plain)
      .each('second', Plain, () => [{}])
      .build();
    const table = servingTable(definitions, new Map([['other', null]]), [both]);
    expect(table).toContain('elsewhere  other  3         custom');
    expect(table).toMatch(/\n\npipeline both: first → second\*$/);
  });
});

describe('showDuration', () => {
  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [90_000, '90s'],
    [120_000, '2m'],
    [7_200_000, '2h'],
    [604_800_000, '7d'],
  ])('writes %d as %s', (milliseconds, text) => {
    expect(showDuration(milliseconds)).toBe(text);
  });
});
