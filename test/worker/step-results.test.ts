import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Allow, IsInt } from 'class-validator';
import { AttemptAbortedError } from '../../src/core/errors.js';
import type { HandlerClass } from '../../src/core/handler-class.js';
import { StepResultsError } from '../../src/core/step-results-error.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { JobContext } from '../../src/registry/job-context.js';
import type { StepItem } from '../../src/registry/step-item.js';
import { findItems } from '../../src/repositories/sql/find-items.js';
import { aborted, makeGate } from '../support/gate.js';
import { useRowlock } from '../support/rowlock.js';

class Size {
  @IsInt() size!: number;
}

class Undo {
  @Allow() result!: unknown;
}

const rowlock = useRowlock();

const numbers = (size: number): Size[] => Array.from({ length: size }, (_, n) => ({ size: n }));

const Square = defineHandler({
  name: 'square',
  payload: Size,
  retry: { attempts: 1 },
  handle: ({ size }, job) => {
    if (size === 2) throw job.discard('not 2');
    return { n: size * size };
  },
});

const Begin = defineHandler({ name: 'begin', payload: Size, handle: () => 'begun' });

/** A handler that does what the test says, tried once. */
const reading = <Result>(read: (job: JobContext) => Result | Promise<Result>, options: object = {}) =>
  defineHandler({
    name: 'read',
    payload: Size,
    retry: { attempts: 1 },
    ...options,
    handle: (_, job) => read(job),
  });

const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
};

const byItem = (items: readonly StepItem<{ n: number }>[]) => [...items].sort((a, b) => a.item - b.item);

/** A fan-out of squares, skipping what fails, and a step that reads them. */
const squares = (Read: HandlerClass, results: 'array' | 'stream' = 'stream') =>
  pipeline('squares', { input: Size })
    .each('items', Square, ({ input }) => numbers(input.size), { results, onItemFailure: 'skip' })
    .step('read', Read, ({ input }) => input)
    .build();

describe('job.results', () => {
  it.each(['array', 'stream'] as const)('reads what a fan-out has returned, as %s', async (results) => {
    const Read = reading((job) => all(job.results(Square, 'items')));
    const read = squares(Read, results);
    const { jobs } = await rowlock.application({ handlers: [Square, Read], pipelines: [read] });
    const run = await jobs.start(read, { size: 4 });
    const items = (await run.result()) as { item: number }[];
    // Nothing is how JSON has the result of the item that was skipped.
    expect([...items].sort((a, b) => a.item - b.item)).toEqual([
      { item: 0, result: { n: 0 } },
      { item: 1, result: { n: 1 } },
      { item: 2 },
      { item: 3, result: { n: 9 } },
    ]);
    const ended = await rowlock.query<{ item: number }>('select item from $s.pipeline_item order by finish_order');
    expect(items.map(({ item }) => item)).toEqual(ended.map(({ item }) => item));
  });

  it('reads every item once, over pages', async () => {
    const Read = reading(async (job) => {
      const items = await all(job.results(Square, 'items'));
      return { count: items.length, items: new Set(items.map(({ item }) => item)).size };
    });
    const read = squares(Read);
    const { jobs } = await rowlock.application({
      handlers: [Square, Read],
      pipelines: [read],
      worker: { concurrency: 50 },
    });
    const run = await jobs.start(read, { size: 2_100 });
    expect(await run.result()).toEqual({ count: 2_100, items: 2_100 });
  });

  it('begins anew with each iteration, and may be left', async () => {
    const Read = reading(async (job) => {
      const items = job.results(Square, 'items');
      for await (const { item } of items) if (item >= 0) break;
      return [(await all(items)).length, (await all(items)).length];
    });
    const read = squares(Read);
    const { jobs } = await rowlock.application({ handlers: [Square, Read], pipelines: [read] });
    expect(await (await jobs.start(read, { size: 3 })).result()).toEqual([3, 3]);
  });

  it('reads nothing of a fan-out of nothing, or of one that was skipped', async () => {
    const Read = reading((job) => all(job.results(Square, 'items')));
    const skipping = pipeline('skipping', { input: Size })
      .each('items', Square, () => [{ size: 1 }], { results: 'stream', when: ({ input }) => input.size > 0 })
      .step('read', Read, ({ input }) => input)
      .build();
    const read = squares(Read);
    const { jobs } = await rowlock.application({ handlers: [Square, Read], pipelines: [read, skipping] });
    expect(await (await jobs.start(read, { size: 0 })).result()).toEqual([]);
    expect(await (await jobs.start(skipping, { size: 0 })).result()).toEqual([]);
  });

  it('is a mebibyte of results at a time, or one result', async () => {
    const Large = defineHandler({
      name: 'large',
      payload: Size,
      handle: ({ size }) => randomBytes(size / 2).toString('hex'),
    });
    const large = pipeline('large', { input: Size })
      .each('items', Large, () => [1_048_574, 400_000, 400_000, 400_000, 10].map((size) => ({ size })))
      .build();
    const { jobs } = await rowlock.application({ handlers: [Large], pipelines: [large], worker: { concurrency: 1 } });
    const run = await jobs.start(large, { size: 1 });
    await run.result();
    const pages: number[] = [];
    for (let place = 0; place < 5; place += pages.at(-1) ?? 0) {
      const page = await rowlock.database.run(findItems, [run.id, 'items', place]);
      expect(page.map((row) => row.place)).toEqual(page.map((_, at) => place + at + 1));
      pages.push(page.length);
    }
    expect(pages).toEqual([1, 2, 2]);
  });

  it('reads in the transaction of its handler: all connections may be taken by such handlers', async () => {
    const Read = reading(
      async (job) => {
        await job.manager.query(`update ${rowlock.schema}.pipeline_item set result = '{"n": -1}'`);
        return (await all(job.results(Square, 'items'))).map(({ result }) => result?.n);
      },
      { transactional: true },
    );
    const read = squares(Read);
    const { jobs } = await rowlock.application({ handlers: [Square, Read], pipelines: [read] });
    expect(await (await jobs.start(read, { size: 2 })).result()).toEqual([-1, -1]);
  });
});

describe('job.results of an attempt that should stop', () => {
  it('ends with the reason of its signal', async () => {
    const gate = makeGate();
    const ended = makeGate<unknown>();
    const Read = reading(async (job) => {
      try {
        for await (const { item } of job.results(Square, 'items')) {
          expect(item).toBeGreaterThanOrEqual(0);
          gate.open();
          await aborted(job.signal);
        }
      } catch (error) {
        ended.open(error);
        throw error;
      }
    });
    const read = squares(Read);
    const { jobs } = await rowlock.application({ handlers: [Square, Read], pipelines: [read] });
    const run = await jobs.start(read, { size: 2 });
    await gate.opened;
    await run.cancel('enough');
    const error = await ended.opened;
    expect(error).toBeInstanceOf(AttemptAbortedError);
    expect(error).toMatchObject({ code: 'ATTEMPT_CANCELLED' });
  });
});

describe('job.results of runs that are repeated or undone', () => {
  it('reads what a fork took over', async () => {
    const Read = reading(async (job) => byItem(await all(job.results(Square, 'items'))));
    const read = squares(Read);
    const { jobs } = await rowlock.application({ handlers: [Square, Read], pipelines: [read] });
    const run = await jobs.start(read, { size: 2 });
    const first = await run.result();
    const fork = await run.fork({ from: 'read' });
    await rowlock.query('delete from $s.pipeline_item where run_id = $1', [run.id]);
    expect(first).toEqual([
      { item: 0, result: { n: 0 } },
      { item: 1, result: { n: 1 } },
    ]);
    expect(await fork.result()).toEqual(first);
  });

  it('reads items once of a fan-out that was retried', async () => {
    let refused = true;
    const Once = defineHandler({
      name: 'square',
      payload: Size,
      retry: { attempts: 1 },
      handle: ({ size }, job) => {
        if (size === 1 && refused) throw job.discard('not yet');
        return { n: size };
      },
    });
    const Read = reading(async (job) => byItem(await all(job.results(Once, 'items'))).map(({ result }) => result?.n));
    const read = pipeline('once', { input: Size })
      .each('items', Once, ({ input }) => numbers(input.size), { results: 'stream' })
      .step('read', Read, ({ input }) => input)
      .build();
    const { jobs } = await rowlock.application({ handlers: [Once, Read], pipelines: [read] });
    const run = await jobs.start(read, { size: 3 });
    await expect(run.result()).rejects.toMatchObject({ code: 'RUN_FAILED' });
    refused = false;
    await run.retry();
    expect(await run.result()).toEqual([0, 1, 2]);
  });

  it('is there for what undoes a later step, and for what undoes the fan-out itself', async () => {
    const seen: (readonly [string, number])[] = [];
    const Undone = defineHandler({
      name: 'undo',
      payload: Undo,
      handle: async (_, job) => {
        seen.push([job.run?.step ?? '', (await all(job.results(Square, 'items'))).length]);
      },
    });
    const Fail = reading((job) => {
      throw job.discard('no');
    });
    const undone = pipeline('undone', { input: Size })
      .each('items', Square, ({ input }) => numbers(input.size), { results: 'stream', undo: Undone })
      .step('begun', Begin, ({ input }) => input, { undo: Undone })
      .step('failed', Fail, ({ input }) => input)
      .build();
    const { jobs } = await rowlock.application({ handlers: [Square, Begin, Fail, Undone], pipelines: [undone] });
    const run = await jobs.start(undone, { size: 2 });
    await expect(run.result()).rejects.toMatchObject({ code: 'RUN_FAILED' });
    expect(seen).toEqual([
      ['begun', 2],
      ['items', 2],
      ['items', 2],
    ]);
  });
});

describe('job.results that cannot be read', () => {
  /** What an iteration is refused with. */
  const refusal = async (items: AsyncIterable<unknown>): Promise<readonly [string, string]> => {
    try {
      await all(items);
    } catch (error) {
      if (error instanceof StepResultsError) return [error.code, error.message];
      throw error;
    }
    throw new Error('It was read.');
  };

  it('says why: a job of its own', async () => {
    const Read = reading((job) => refusal(job.results(Square, 'items')));
    const { jobs } = await rowlock.application({ handlers: [Read] });
    const job = await jobs.enqueue(Read, { size: 1 });
    expect(await job.result()).toEqual([
      'RESULTS_OUTSIDE_RUN',
      expect.stringContaining(
        `Job ${job.id} cannot read the results of step "items": it belongs to no run of a pipeline.`,
      ),
    ]);
  });

  it('says why: another step, another handler, a single job, one that need not be over', async () => {
    const Read = reading((job) =>
      Promise.all([
        refusal(job.results(Square, 'pages')),
        refusal(job.results(Square, 'begun')),
        refusal(job.results(Begin, 'items')),
        refusal(job.results(Square, 'beside')),
        refusal(job.results(Square, 'later')),
      ]),
    );
    const wrong = pipeline('wrong', { input: Size })
      .step('begun', Begin)
      .each('items', Square, ({ input }) => numbers(input.size), { results: 'stream', after: ['begun'] })
      .each('beside', Square, () => [], { after: ['begun'] })
      .step('read', Read, ({ input }) => input, { after: ['items'] })
      .each('later', Square, () => [], { after: ['read'] })
      .step('end', Begin, ({ input }) => input, { after: ['beside', 'later'] })
      .build();
    const { jobs, events } = await rowlock.application({ handlers: [Begin, Square, Read], pipelines: [wrong] });
    const run = await jobs.start(wrong, { size: 1 });
    await run.result();
    const [read] = events('job.complete').filter(({ step }) => step === 'read');
    const refusals = await rowlock.value('select result from $s.job_history where id = $1', [read?.id]);
    expect(refusals).toEqual([
      ['RESULTS_STEP_UNKNOWN', expect.stringContaining('has no such step. Its fan-outs: "items", "beside", "later".')],
      ['RESULTS_NOT_FANNED_OUT', expect.stringContaining('Hand on its result in the payload of step "read".')],
      ['RESULTS_OF_ANOTHER_HANDLER', expect.stringContaining('results of job "square", and not of "begin"')],
      ['RESULTS_NOT_COMPLETE', expect.stringContaining('it need not be over when step "read" begins')],
      ['RESULTS_NOT_COMPLETE', expect.stringContaining("{ after: ['later'] }")],
    ]);
  });

  it('says why: the fan-out that the job itself is an item of', async () => {
    const Own: HandlerClass = reading((job) => refusal(job.results(Own, 'items')));
    const own = pipeline('own', { input: Size })
      .each('items', Own, () => [{ size: 1 }])
      .build();
    const { jobs } = await rowlock.application({ handlers: [Own], pipelines: [own] });
    const output = await (await jobs.start(own, { size: 1 })).result();
    expect(output).toEqual([['RESULTS_NOT_COMPLETE', expect.any(String)]]);
  });
});
