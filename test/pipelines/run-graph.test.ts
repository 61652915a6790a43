import { describe, expect, it } from '@jest/globals';
import { Allow, IsOptional, IsString } from 'class-validator';
import { mermaid } from '../../src/pipelines/mermaid.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';

class Note {
  @IsOptional() @IsString() text?: string;
}

class Undo {
  @Allow() result!: unknown;
}

const Write = defineHandler({ name: 'write', payload: Note, handle: ({ text = '' }) => ({ text }) });
const Erase = defineHandler({ name: 'erase', payload: Undo, handle: () => undefined });

const notes = pipeline('notes', { input: Note })
  .step('a', Write, { undo: Erase })
  .each('b', Write, ({ a }) => [a, a, a], { onItemFailure: 'skip' })
  .step('c', Write, ({ a }) => a, { after: ['a'], when: () => false, onFailure: { substitute: { text: '' } } })
  .step('d.e:f-g_h', Write, ({ a }) => a, { after: ['b', 'c'], afterSkipped: 'skip' })
  .step('last', Write, ({ a }) => a, { after: ['b', 'c'] })
  .build();

const bench = usePipelineBench();

const begun = { total: 1, done: 1, failed: 0, undo: null, wait: null, childRun: null, reused: false };
const pending = {
  state: 'pending',
  total: 0,
  done: 0,
  failed: 0,
  undo: null,
  wait: null,
  childRun: null,
  reused: false,
};

describe('the graph of a run', () => {
  it('has every step with how it stands, in any process', async () => {
    const [node, stranger] = [bench.node(notes), bench.node()];
    const { id } = await node.pipelines.start(notes, { text: 'x' });
    await node.turn();
    const [item] = await node.claim(1);
    if (!item) throw new Error('nothing was claimed');
    await node.settle([{ attempt: item, outcome: discarded('no') }]);
    const run = stranger.pipelines.handle(id);
    const { steps, ...rest } = await run.graph();
    expect(rest).toEqual({
      ...{ id, pipeline: 'notes', version: notes.version, state: 'running', origin: null, retries: 0 },
    });
    const common = {
      kind: 'one',
      handler: 'write',
      afterSkipped: 'run',
      conditional: false,
      onFailure: 'fail',
      onItemFailure: 'fail',
      onTimeout: 'fail',
      child: null,
      undoneBy: null,
    };
    expect(steps).toEqual([
      { ...common, name: 'a', after: [], undoneBy: 'erase', ...begun, state: 'completed' },
      {
        ...{ ...common, name: 'b', after: ['a'], kind: 'each', onItemFailure: 'skip' },
        ...{ state: 'running', total: 3, done: 1, failed: 1, undo: null, wait: null, childRun: null, reused: false },
      },
      {
        ...{ ...common, name: 'c', after: ['a'], conditional: true, onFailure: { substitute: { text: '' } } },
        ...{ ...pending, state: 'skipped' },
      },
      { ...common, name: 'd.e:f-g_h', after: ['b', 'c'], afterSkipped: 'skip', ...pending },
      { ...common, name: 'last', after: ['b', 'c'], ...pending },
    ]);
    await expect(stranger.pipelines.handle('01890000-0000-7000-8000-000000000000').graph()).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('is drawn with a colour for each state', async () => {
    const node = bench.node(notes);
    const run = await node.pipelines.start(notes, { text: 'x' });
    await node.turn();
    expect(await run.mermaid()).toBe(`flowchart TD
  s0["<b>a</b><br>write<br>undo: erase<br>completed"]:::completed
  s1[["<b>b</b><br>write, each<br>skipped on failure<br>running 0/3"]]:::running
  s2["<b>c</b><br>write<br>when …<br>substituted on failure<br>skipped"]:::skipped
  s3["<b>d.e:f-g_h</b><br>write<br>skipped with what it follows<br>pending"]:::pending
  s4["<b>last</b><br>write<br>pending"]:::pending
  s0 --> s1
  s0 -.-> s2
  s1 --> s3
  s2 --> s3
  s1 --> s4
  s2 --> s4
  classDef completed fill:#d1fae5,stroke:#059669,color:#111827
  classDef pending fill:#f3f4f6,stroke:#9ca3af,color:#111827
  classDef running fill:#dbeafe,stroke:#2563eb,color:#111827
  classDef skipped fill:#ffffff,stroke:#9ca3af,color:#6b7280,stroke-dasharray:4 3
`);
    await node.drain(({ row }) => (row.step === 'last' ? discarded('no') : completed()));
    const drawn = await run.mermaid();
    expect(drawn).toContain('s0["<b>a</b><br>write<br>undo: erase<br>completed<br>undone"]:::completed');
    expect(drawn).toContain('s4["<b>last</b><br>write<br>failed"]:::failed');
  });
});

describe('a definition', () => {
  it('is drawn without colours', () => {
    const line = pipeline('line', { input: Note })
      .step('a', Write)
      .step('b', Write, ({ a }) => a)
      .build();
    expect(mermaid(line)).toBe(`flowchart TD
  s0["<b>a</b><br>write"]
  s1["<b>b</b><br>write"]
  s0 --> s1
`);
  });
});
