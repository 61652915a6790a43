import { describe, expect, it } from '@jest/globals';
import { IsInt, IsString } from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { JobHandler } from '../../src/decorators/job-handler.js';
import { Unique } from '../../src/decorators/unique.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { Handler } from '../../src/registry/handler.js';
import { eventually } from '../support/eventually.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';

class First {
  @IsString() uri!: string;
}

class Second {
  @IsString() url!: string;
}

class Third {
  @IsString() url!: string;
  @IsInt() depth!: number;
}

const first = defineHandler({ name: 'visit', payload: First, handle: ({ uri }) => `1 ${uri}` });
const second = defineHandler({
  name: 'visit',
  payload: Second,
  version: 2,
  upcast: { 1: ({ uri }: First) => ({ url: uri }) },
  handle: ({ url }) => `2 ${url}`,
});

@JobHandler({
  name: 'visit',
  payload: Third,
  version: 3,
  upcast: { 1: ({ uri }: First) => ({ url: uri }), 2: (old: Second) => ({ ...old, depth: 0 }) },
})
class VisitThird implements Handler<Third, string> {
  handle({ url, depth }: Third): string {
    return `3 ${url} ${depth}`;
  }
}

const rowlock = useRowlock();

describe('a job whose payload is of an earlier version', () => {
  it('is taken from version to version, and then validated', async () => {
    const producers = [
      await rowlock.application({ handlers: [first], work: false }),
      await rowlock.application({ handlers: [second], work: false }),
    ] as const;
    const handles = [
      await producers[0].jobs.enqueue(first, { uri: 'a' }),
      await producers[1].jobs.enqueue(second, { url: 'b' }),
    ];
    expect((await handles[1]?.details())?.payloadVersion).toBe(2);
    const { jobs } = await rowlock.application({ handlers: [VisitThird] });
    handles.push(await jobs.enqueue(VisitThird, { url: 'c', depth: 1 }));
    const results = await Promise.all(handles.map((handle) => handle.result({ timeout: '20s' })));
    expect(results).toEqual(['3 a 0', '3 b 0', '3 c 1']);
  });

  it('is discarded, and not tried again, if an upcast fails', async () => {
    const broken = defineHandler({
      name: 'visit',
      payload: Second,
      version: 2,
      upcast: {
        1: (): never => {
          throw new Error('no such thing');
        },
      },
      handle: () => undefined,
    });
    const { jobs } = await rowlock.application({ handlers: [first], work: false });
    const handle = await jobs.enqueue(first, { uri: 'a' });
    await rowlock.application({ handlers: [broken] });
    expect(await rejectionOf(handle.result({ timeout: '20s' }))).toMatchObject({
      code: 'JOB_DISCARDED',
      cause: {
        code: 'PAYLOAD_INVALID',
        message: expect.stringContaining('its upcast from version 1 failed: no such thing'),
      },
    });
  });
});

describe('a job whose payload the code cannot take', () => {
  it('is left to newer workers by one that is of an earlier version, while a deploy goes on', async () => {
    const old = await rowlock.application({ handlers: [first] });
    const { jobs } = await rowlock.application({ handlers: [second], work: false });
    const newer = await jobs.enqueue(second, { url: 'b' });
    const older = await old.jobs.enqueue(first, { uri: 'a' });
    expect(await older.result({ timeout: '20s' })).toBe('1 a');
    expect(await newer.details()).toMatchObject({ state: 'available', attempt: 0 });
    await rowlock.application({ handlers: [second] });
    expect(await newer.result({ timeout: '20s' })).toBe('2 b');
  });

  it('is left alone by one that has no upcast for it, and costs it no attempt', async () => {
    const { jobs } = await rowlock.application({ handlers: [first], work: false });
    const old = await jobs.enqueue(first, { uri: 'a' });
    const without = defineHandler({ name: 'visit', payload: Second, version: 2, handle: ({ url }) => `2 ${url}` });
    const worker = await rowlock.application({ handlers: [without] });
    const own = await worker.jobs.enqueue(without, { url: 'b' });
    expect(await own.result({ timeout: '20s' })).toBe('2 b');
    expect(await old.details()).toMatchObject({ state: 'available', attempt: 0 });
  });
});

describe('a version', () => {
  it('is that of the class, and by name the first unless the caller says another', async () => {
    await rowlock.application({ handlers: [second] });
    const { jobs } = await rowlock.application();
    const byName = await jobs.enqueue<{ handle(payload: First): string }>('visit', { uri: 'a' });
    const newer = await jobs.enqueue<{ handle(payload: Second): string }>('visit', { url: 'b' }, { version: 2 });
    expect(await byName.result({ timeout: '20s' })).toBe('2 a');
    expect(await newer.result({ timeout: '20s' })).toBe('2 b');
    expect(await rejectionOf(jobs.enqueue(second, { url: 'b' }, { version: 1 }))).toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('the class is of version 2'),
    });
    for (const version of [0, 1.5, 40_000])
      expect(await rejectionOf(jobs.enqueue('visit', { uri: 'a' }, { version }))).toMatchObject({
        code: 'OPTION_INVALID',
      });
  });

  it('goes with the job wherever it goes: scheduled, redriven, replaced', async () => {
    @JobHandler({ name: 'visit', payload: Second, version: 2 })
    @Unique('visit')
    class Once implements Handler<Second> {
      handle(_: Second): never {
        throw new Error('no');
      }
    }
    const producer = await rowlock.application({ handlers: [first], work: false });
    const unique = { key: 'visit' } as const;
    const holder = await producer.jobs.enqueue(first, { uri: 'a' }, { unique, delay: '1h' });
    const { jobs } = await rowlock.application({ handlers: [Once], work: false });
    const replacing = await jobs.enqueue(Once, { url: 'b' }, { onConflict: 'replace', attempts: 1 });
    expect(replacing.id).toBe(holder.id);
    expect(await holder.details()).toMatchObject({ state: 'scheduled', payload: { url: 'b' }, payloadVersion: 2 });
    await jobs.reschedule(holder.id, { delay: '0s' });
    await rowlock.application({ handlers: [Once] });
    await eventually('it is a dead letter', async () => (await holder.details()).state === 'discarded');
    expect((await holder.details()).payloadVersion).toBe(2);
    await jobs.redrive(holder.id);
    expect((await holder.details()).payloadVersion).toBe(2);
  });

  it('is stamped on the steps of a run, on each way to them, and on what undoes them', async () => {
    class Undo {
      @IsString() result!: string;
    }
    const seen: unknown[] = [];
    const undo = defineHandler({
      name: 'undo',
      payload: Undo,
      version: 4,
      handle: (payload) => void seen.push(payload),
    });
    const fail = defineHandler({
      name: 'fail',
      payload: Second,
      version: 5,
      handle: (_, job) => {
        throw job.discard('no');
      },
    });
    const flow = pipeline('flow', { input: Second })
      .step('one', second)
      .step('two', second, ({ input }) => input)
      .step('three', second, ({ input }) => input, { undo })
      .step('four', fail, ({ input }) => input)
      .build();
    const { jobs } = await rowlock.application({ handlers: [second, undo, fail], pipelines: [flow] });
    const run = await jobs.start(flow, { url: 'a' });
    await rejectionOf(run.result({ timeout: '20s' }));
    const rows = await rowlock.query<{ name: string; version: number }>(
      'select name, payload_version as version from $s.jobs order by seq',
    );
    expect(rows.map(({ name, version }) => `${name} ${version}`)).toEqual([
      ...['visit 2', 'visit 2', 'visit 2', 'fail 5', 'undo 4'],
    ]);
    expect(seen).toEqual([{ result: '2 a' }]);
  });
});
