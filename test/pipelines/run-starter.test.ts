import { describe, expect, it } from '@jest/globals';
import { IsInt, IsString, Max } from 'class-validator';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { completed, usePipelineBench } from '../support/pipeline-bench.js';

class Size {
  @IsInt() @Max(10_000) size!: number;
}

class Item {
  @IsInt() @Max(9_999) n!: number;
}

class Text {
  @IsString() text!: string;
}

const Work = defineHandler({ name: 'work', payload: Item, handle: () => undefined });
const Write = defineHandler({ name: 'write', payload: Text, handle: () => undefined });

const items = ({ input }: { input: { size: number } }) => Array.from({ length: input.size }, (_, n) => ({ n }));
const wide = pipeline('wide', { input: Size }).each('work', Work, items).build();
const written = pipeline('written', { input: Text }).step('write', Write).build();
const counted = pipeline('counted', { input: Size })
  .step('work', Work, ({ input }) => ({ n: input.size }))
  .build();
const broken = pipeline('broken', { input: Text })
  .step('write', Write, ({ input }) => ({ text: (input as unknown as { deep: { text: string } }).deep.text }))
  .build();

const bench = usePipelineBench();

const count = async (table: string): Promise<number> => {
  const [row] = await bench.query<{ count: number }>(`select count(*)::int as count from $s.${table}`);
  return row?.count ?? -1;
};

const tables = ['pipeline_run', 'pipeline_step', 'job', 'pipeline'];
const counts = async () => Promise.all(tables.map(count));

describe('a start', () => {
  it('leaves nothing if the transaction of its caller is rolled back, and all of it if that commits', async () => {
    const node = bench.node(written, wide);
    const start = (fails: boolean) =>
      bench.dataSource.transaction(async (manager) => {
        await node.pipelines.start(written, { text: 'a' }, { manager });
        await node.pipelines.start(wide, { size: 1_500 }, { manager });
        await node.pipelines.start(wide, { size: 0 }, { manager });
        if (fails) throw new Error('never mind');
      });
    await expect(start(true)).rejects.toThrow('never mind');
    expect(await counts()).toEqual([0, 0, 0, 0]);
    await start(false);
    expect(await counts()).toEqual([3, 3, 1_501, 2]);
  });

  it('takes the transaction of another library', async () => {
    const node = bench.node(written);
    const client = new pg.Client({ connectionString: bench.applicationUrl });
    await client.connect();
    try {
      await client.query('begin');
      await node.pipelines.start(written, { text: 'a' }, { executor: client });
      await client.query('rollback');
      expect(await counts()).toEqual([0, 0, 0, 0]);
      await client.query('begin');
      const run = await node.pipelines.start(written, { text: 'a' }, { executor: client });
      await client.query('commit');
      expect((await run.status()).state).toBe('running');
    } finally {
      await client.end();
    }
  });

  it('is done once for an id, however often and from wherever it is asked for', async () => {
    const [one, two] = [bench.node(written), bench.node(written)];
    const id = uuid();
    const starts = Array.from({ length: 10 }, (_, at) =>
      (at % 2 ? one : two).pipelines.start(written, { text: String(at) }, { id: at % 3 ? id : id.toUpperCase() }),
    );
    const handles = await Promise.all(starts);
    expect(new Set(handles.map((handle) => handle.id))).toEqual(new Set([id]));
    expect(handles.filter(({ existing }) => !existing)).toHaveLength(1);
    expect(await counts()).toEqual([1, 1, 1, 1]);
  });

  it('refuses the id of another pipeline', async () => {
    const node = bench.node(written, wide);
    const { id } = await node.pipelines.start(written, { text: 'a' });
    await expect(node.pipelines.start(wide, { size: 1 }, { id })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: 'No run of pipeline "wide" was started: option id is that of a run of "written".',
    });
    expect(await count('pipeline_run')).toBe(1);
  });

  it('shares a statement with others that are made at once, each with a run of its own', async () => {
    const node = bench.node(written, wide);
    const runs = await Promise.all(
      Array.from({ length: 600 }, (_, at) =>
        at % 2 ? node.pipelines.start(written, { text: `${at}` }) : node.pipelines.start(wide, { size: 3 }),
      ),
    );
    expect(new Set(runs.map(({ id }) => id)).size).toBe(600);
    expect(await counts()).toEqual([600, 600, 300 + 900, 2]);
    await node.drain(() => completed());
    expect(await bench.query(`select state, count(*)::int from $s.pipeline_run group by 1`)).toEqual([
      { state: 'completed', count: 600 },
    ]);
  });

  it('does not take others with it that were made at once', async () => {
    const node = bench.node(written);
    await bench.query(`alter table $s.pipeline_run add check (input ->> 'text' <> 'bad')`);
    const starts = await Promise.allSettled(
      ['a', 'bad', 'b', 'c'].map((text) => node.pipelines.start(written, { text })),
    );
    expect(starts.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await count('pipeline_run')).toBe(3);
  });

  it('completes a run of which no step has a job', async () => {
    const node = bench.node(wide);
    const run = await node.pipelines.start(wide, { size: 0 });
    await expect(run.result()).resolves.toEqual([]);
    expect(node.events).toEqual([`run.complete ${run.id}`]);
    expect(await run.status()).toMatchObject({ steps: [{ name: 'work', state: 'completed', total: 0, done: 0 }] });
  });

  it('inserts more jobs than a statement takes', async () => {
    const node = bench.node(wide);
    const run = await node.pipelines.start(wide, { size: 2_345 });
    expect(await run.status()).toMatchObject({ steps: [{ total: 2_345, done: 0 }] });
    await node.drain(({ row }) => completed(row.item));
    await expect(run.result()).resolves.toEqual(Array.from({ length: 2_345 }, (_, n) => n));
  });

  it('gives all jobs of the run its priority and tags', async () => {
    const node = bench.node(wide);
    await node.pipelines.start(wide, { size: 2 }, { priority: 1, tags: ['a', 'b "c" \\d'] });
    expect(await bench.query(`select distinct priority, tags from $s.job`)).toEqual([
      { priority: 1, tags: ['a', 'b "c" \\d'] },
    ]);
  });

  it('stores the shape of the pipeline once', async () => {
    const node = bench.node(wide);
    await node.pipelines.start(wide, { size: 1 });
    await node.pipelines.start(wide, { size: 1 });
    expect(await bench.query(`select name, version, graph from $s.pipeline`)).toEqual([
      {
        name: 'wide',
        version: wide.version,
        graph: {
          steps: [
            {
              name: 'work',
              kind: 'each',
              handler: 'work',
              after: [],
              afterSkipped: 'run',
              conditional: false,
              onFailure: 'fail',
              onItemFailure: 'fail',
              onTimeout: 'fail',
              child: null,
              undoneBy: null,
            },
          ],
        },
      },
    ]);
  });
});

describe('a start that cannot be', () => {
  it.each([
    [
      'an input that is not valid',
      () => [written, { text: 5 }],
      'PAYLOAD_INVALID',
      /job "written" is not valid: text: must be/,
    ],
    [
      'an input field that is unknown',
      () => [written, { text: 'a', tex: 'b' }],
      'PAYLOAD_INVALID',
      /tex: is no field of Text/,
    ],
    [
      'a payload that is not valid',
      () => [counted, { size: 10_000 }],
      'PAYLOAD_INVALID',
      /"work" is not valid: n: must not/,
    ],
    [
      'a callback that throws',
      () => [broken, { text: 'a' }],
      'PIPELINE_INVALID',
      /^Pipeline "broken", step "write": the run was not started: its callback threw TypeError: /,
    ],
    [
      'an input past its limit',
      () => [written, { text: 'a'.repeat(300_000) }],
      'TOO_LARGE',
      /payload of job "written"/,
    ],
    [
      'a priority that is none',
      () => [written, { text: 'a' }, { priority: 10 }],
      'OPTION_INVALID',
      /"written" was started: option priority/,
    ],
    [
      'tags that are none',
      () => [written, { text: 'a' }, { tags: [''] }],
      'OPTION_INVALID',
      /option tags takes at most 20 texts/,
    ],
    [
      'an id that is none',
      () => [written, { text: 'a' }, { id: 'seven' }],
      'OPTION_INVALID',
      /option id must be a UUID/,
    ],
    [
      'two transactions',
      () => [written, { text: 'a' }, { manager: bench.dataSource.manager, executor: {} }],
      'OPTION_INVALID',
      /option executor/,
    ],
  ])('is refused for %s, and leaves nothing', async (_, args, code, message) => {
    const node = bench.node(written, counted, broken);
    const start = node.pipelines.start.bind(node.pipelines) as (...args: unknown[]) => Promise<unknown>;
    await expect(start(...args())).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await counts()).toEqual([0, 0, 0, 0]);
  });
});
