import { beforeEach, describe, expect, it } from '@jest/globals';
import { Allow, IsInt, IsOptional, IsString } from 'class-validator';
import type { RunEvent } from '../../src/client/run-events.js';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { Attempt } from '../../src/engine/attempt.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { PipelineNode, Work } from '../support/pipeline-bench.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';

class Note {
  @IsOptional() @IsString() text?: string;
  @IsOptional() @IsInt() items?: number;
}

class Undo {
  @Allow() result!: unknown;
}

const Write = defineHandler({ name: 'write', payload: Note, handle: ({ text = '' }) => ({ text }) });
const Erase = defineHandler({ name: 'erase', payload: Undo, handle: () => undefined });
const text = (...words: (string | undefined)[]) => ({ text: words.map((word) => word ?? '-').join(' ') });

const start = pipeline('graph', { input: Note });
const first = start.step('a', Write, { undo: Erase });

const diamond = first
  .step('b', Write, ({ a }) => text(a.text, 'b'), { after: ['a'], undo: Erase })
  .step('c', Write, ({ a }) => text(a.text, 'c'), { after: ['a'], undo: Erase })
  .step('d', Write, ({ b, c }) => text(b.text, c.text), { after: ['b', 'c'] })
  .build();

const bench = usePipelineBench();

const stepsOf = async (run: RunHandle): Promise<string[]> =>
  (await run.status()).steps.map(({ name, state, undo }) => `${name} ${state}${undo ? ` ${undo}` : ''}`);

/** The handler's own work, but for the steps that are named. */
const working =
  (outcomes: Readonly<Record<string, Work>> = {}, worked: string[] = []): Work =>
  (attempt) => {
    const { name, step, item, payload } = attempt.row;
    worked.push(`${name === 'erase' ? 'undo ' : ''}${step ?? ''}${item === null ? '' : ` ${item}`}`);
    if (name === 'write' && step !== null && outcomes[step]) return outcomes[step](attempt);
    return completed(name === 'write' ? { text: (payload as Note).text ?? '' } : null);
  };

const ended = (attempt: Attempt | undefined, outcome = completed({ text: attempt?.row.step })) => {
  if (!attempt) throw new Error('nothing was claimed');
  return [{ attempt, outcome }];
};

const attemptOf = (attempts: readonly Attempt[], step: string) => attempts.find(({ row }) => row.step === step);

async function finish(definition: PipelineDefinition, input: Note = { text: 'x' }, work: Work = working()) {
  const node = bench.node(definition);
  const run = await node.pipelines.start(definition, input);
  await node.drain(work);
  return { node, run };
}

describe('a diamond', () => {
  let nodes: { one: PipelineNode; two: PipelineNode };
  beforeEach(() => {
    nodes = { one: bench.node(diamond), two: bench.node(diamond) };
  });

  /** A run of which both branches are under way. */
  async function branches() {
    const run = await nodes.one.pipelines.start(diamond, { text: 'x' });
    await nodes.one.turn();
    const attempts = await nodes.one.claim();
    return { run, b: attemptOf(attempts, 'b'), c: attemptOf(attempts, 'c') };
  }

  it('begins its branches together, and what is after both when the last of them is over', async () => {
    const { run, b, c } = await branches();
    expect(await stepsOf(run)).toEqual(['a completed', 'b running', 'c running']);
    await nodes.one.settle(ended(c));
    expect(await stepsOf(run)).toEqual(['a completed', 'b running', 'c completed']);
    await nodes.two.settle(ended(b));
    expect(await stepsOf(run)).toEqual(['a completed', 'b completed', 'c completed', 'd running']);
    await nodes.two.drain(working());
    await expect(run.result()).resolves.toEqual({ text: 'b c' });
  });

  it.each([
    ['b', 'c'],
    ['c', 'b'],
  ] as const)('joins once when its branches end at once on two workers, %s first', async (one, two) => {
    const { run, ...attempts } = await branches();
    const held = await nodes.one.hold(ended(attempts[one]));
    const second = nodes.two.settle(ended(attempts[two]));
    await bench.blocked(1);
    await held.commit();
    await second;
    expect(await bench.query(`select count(*)::int from $s.jobs where step = 'd'`)).toEqual([{ count: 1 }]);
    await nodes.one.drain(working());
    await expect(run.result()).resolves.toEqual({ text: 'b c' });
  });

  it('joins once when one end is rolled back and comes again', async () => {
    const { run, b, c } = await branches();
    const held = await nodes.one.hold(ended(b));
    const second = nodes.two.settle(ended(c));
    await bench.blocked(1);
    await held.rollback();
    await second;
    expect(await stepsOf(run)).toEqual(['a completed', 'b running', 'c completed']);
    await nodes.one.settle(ended(b));
    expect((await stepsOf(run)).at(-1)).toBe('d running');
  });

  it('joins when both ends are stored by one transaction', async () => {
    const { run, b, c } = await branches();
    await nodes.one.settle([...ended(b), ...ended(c)]);
    await nodes.one.drain(working());
    await expect(run.result()).resolves.toEqual({ text: 'b c' });
    expect(nodes.one.events).toEqual([`run.complete ${run.id}`]);
  });

  it('stops the other branch when one fails, and undoes what was completed once that has stopped', async () => {
    const { run, b, c } = await branches();
    await nodes.one.settle(ended(b, discarded('no')));
    await nodes.one.orchestrator.idle();
    expect(await run.status()).toMatchObject({ state: 'stopping', error: { step: 'b' } });
    expect(await stepsOf(run)).toEqual(['a completed', 'b failed', 'c cancelled']);
    expect(await bench.query(`select step, cancel_requested_at is not null as told from $s.job`)).toEqual([
      { step: 'c', told: true },
    ]);
    await nodes.two.settle(ended(c));
    const undone: string[] = [];
    await nodes.one.drain(working({}, undone));
    expect(undone).toEqual(['undo c', 'undo a']);
    expect(await stepsOf(run)).toEqual(['a completed completed', 'b failed', 'c completed completed']);
    expect(nodes.two.events).toEqual([]);
    expect(nodes.one.events).toEqual([`run.fail ${run.id}`]);
  });

  it('is over at once when one branch fails and the other has not been claimed', async () => {
    const run = await nodes.one.pipelines.start(diamond, { text: 'x' });
    await nodes.one.turn(working());
    const [b] = await nodes.one.claim(1);
    await nodes.one.settle(ended(b, discarded('no')));
    await nodes.one.orchestrator.idle();
    expect(await stepsOf(run)).toEqual(['a completed running', 'b failed', 'c cancelled']);
    await nodes.one.drain(working());
    expect((await run.status()).state).toBe('failed');
  });

  it('fails once when both branches do, at once or one after the other', async () => {
    const { run, b, c } = await branches();
    await nodes.one.settle([...ended(b, discarded('no')), ...ended(c, discarded('nor this'))]);
    await nodes.one.drain(working());
    const other = await branches();
    await nodes.one.settle(ended(other.b, discarded('no')));
    await nodes.two.settle(ended(other.c, discarded('nor this')));
    await nodes.one.drain(working());
    for (const { id } of [run, other.run]) {
      expect(await nodes.one.pipelines.status(id)).toMatchObject({
        state: 'failed',
        error: { step: 'b', message: expect.stringMatching(/: no$/) },
        steps: [{ undo: 'completed' }, { state: 'failed', failed: 1 }, { state: 'failed', failed: 1 }],
      });
    }
    expect(nodes.one.events).toEqual([`run.fail ${run.id}`, `run.fail ${other.run.id}`]);
  });

  it('is cancelled in both branches, and undone after both', async () => {
    const { run, b, c } = await branches();
    await run.cancel('enough', { undo: true });
    await nodes.one.settle(ended(b));
    expect((await run.status()).state).toBe('stopping');
    await nodes.two.settle(ended(c, { verb: 'cancel', reason: 'told to' }));
    const undone: string[] = [];
    await nodes.two.drain(working({}, undone));
    expect(undone).toEqual(['undo b', 'undo a']);
    expect((await run.status()).state).toBe('cancelled');
  });

  it('is undone in the reverse of its order, whichever branch ended first', async () => {
    const { run, b, c } = await branches();
    await nodes.one.settle(ended(c));
    await nodes.one.settle(ended(b));
    const undone: string[] = [];
    await nodes.one.drain(working({ d: () => discarded('no') }, undone));
    expect(undone).toEqual(['d', 'undo c', 'undo b', 'undo a']);
    expect((await run.status()).state).toBe('failed');
  });

  it('fails, and stops the other branch, when a callback throws', async () => {
    const throwing = first
      .step('b', Write, ({ a }) => a, { after: ['a'] })
      .step('c', Write, ({ a }) => a, { after: ['a'], undo: Erase })
      .step('d', Write, () => ({ text: 5 as unknown as string }), { after: ['b'] })
      .build();
    const node = bench.node(throwing);
    const run = await node.pipelines.start(throwing, {});
    await node.turn(working());
    const attempts = await node.claim();
    await node.settle(ended(attemptOf(attempts, 'b')));
    await node.orchestrator.idle();
    expect(await run.status()).toMatchObject({ state: 'stopping', error: { step: 'd' } });
    await node.settle(ended(attemptOf(attempts, 'c')));
    await node.drain(working());
    expect(await stepsOf(run)).toEqual(['a completed completed', 'b completed', 'c completed completed']);
  });
});

describe('several steps that come after none', () => {
  const roots = start
    .step('a', Write)
    .each('b', Write, ({ input }) => Array.from({ length: input.items ?? 0 }, (_, n) => text(String(n))), { after: [] })
    .step('c', Write, ({ a, b }) => text(a.text, ...b.map((item) => item.text)), { after: ['a', 'b'] })
    .build();

  it.each([0, 1, 30])('begin with the run, one of them a fan-out of %i', async (items) => {
    const node = bench.node(roots);
    const run = await node.pipelines.start(roots, { text: 'x', items });
    expect(await stepsOf(run)).toEqual(['a running', items === 0 ? 'b completed' : 'b running']);
    await node.drain(working());
    await expect(run.result()).resolves.toEqual(text('x', ...Array.from({ length: items }, (_, n) => String(n))));
  });

  it('may all be over without a job: so is the run then', async () => {
    const nothing = start
      .each('a', Write, () => [])
      .each('b', Write, () => [], { after: [] })
      .step('c', Write, ({ input }) => input, { after: ['b'], when: () => false })
      .build();
    const { run, node } = await finish(nothing);
    await expect(run.result()).resolves.toEqual({ a: [], c: null });
    expect(node.events).toEqual([`run.complete ${run.id}`]);
  });
});

describe('the output', () => {
  it('is an object of the results of all steps after which none comes', async () => {
    const ends = first
      .each('b', Write, ({ a }) => [text(a.text, '0'), text(a.text, '1')], { after: ['a'], onItemFailure: 'skip' })
      .step('c', Write, ({ a }) => text(a.text, 'c'), { after: ['a'], when: () => false })
      .step('d', Write, ({ a }) => text(a.text, 'd'), { after: ['a'] })
      .build();
    const { run } = await finish(
      ends,
      { text: 'x' },
      working({ b: ({ row }) => (row.item === 0 ? discarded('no') : completed({ text: 'b' })) }),
    );
    await expect(run.result()).resolves.toEqual({ b: [null, { text: 'b' }], c: null, d: { text: 'x d' } });
  });

  it('is null if the one step after which none comes was skipped', async () => {
    const { run } = await finish(first.each('b', Write, ({ a }) => [a], { when: () => false }).build());
    await expect(run.result()).resolves.toBeNull();
  });
});

describe('what callbacks see', () => {
  it('is what came before and no more, whatever else is over', async () => {
    const seen: unknown[] = [];
    const see = (results: unknown) => {
      seen.push(structuredClone(results));
      return {};
    };
    const definition = start
      .step('a', Write)
      .step('b', Write, see, { after: [] })
      .step('c', Write, see, { after: ['b'] })
      .step('d', Write, see, { after: ['a', 'c'] })
      .build();
    await finish(definition);
    const [input, a, b, c] = [{ text: 'x' }, { text: 'x' }, { text: '' }, { text: '' }];
    expect(seen).toEqual([{ input }, { input, b }, { input, a, b, c }]);
  });

  it('is nobody else’s: a callback that changes it changes it for no other', async () => {
    const spoil = ({ a }: { a: { text: string } }) => {
      a.text += '!';
      return { text: a.text };
    };
    const definition = first
      .step('b', Write, spoil, { after: ['a'] })
      .step('c', Write, spoil, { after: ['a'], when: ({ a }) => a.text === 'x' })
      .build();
    const { run } = await finish(definition);
    await expect(run.result()).resolves.toEqual({ b: { text: 'x!' }, c: { text: 'x!' } });
  });
});

describe('a step with a condition', () => {
  const optional = first
    .step('b', Write, ({ a }) => text(a.text, 'b'), { when: ({ input, a }) => input.items === 1 && a.text === 'x' })
    .step('c', Write, ({ b }) => text(b?.text), {})
    .build();

  it('runs if that says so', async () => {
    const { run } = await finish(optional, { text: 'x', items: 1 });
    await expect(run.result()).resolves.toEqual({ text: 'x b' });
  });

  it('is skipped if it does not, and what comes after it sees nothing in its place', async () => {
    const { run } = await finish(optional, { text: 'x', items: 2 });
    await expect(run.result()).resolves.toEqual({ text: '-' });
    expect((await run.status()).steps[1]).toMatchObject({
      ...{ name: 'b', state: 'skipped', total: 0, done: 0, failed: 0, undo: null },
    });
  });

  it('takes with it those that are skipped after it, and no others', async () => {
    const branch = first
      .step('b', Write, ({ a }) => a, { when: ({ a }) => a.text === 'yes' })
      .each('c', Write, ({ b }) => [b, b], { afterSkipped: 'skip' })
      .step('d', Write, ({ b, c }) => text(b.text, ...c.map((each) => each.text)), { afterSkipped: 'skip' })
      .step('e', Write, ({ a }) => text(a.text, 'e'), { after: ['a'] })
      .step('f', Write, ({ d, e }) => text(d?.text, e.text), { after: ['d', 'e'] })
      .build();
    const taken = await finish(branch, { text: 'yes' });
    await expect(taken.run.result()).resolves.toEqual({ text: 'yes yes yes yes e' });
    const passed = await finish(branch, { text: 'no' });
    await expect(passed.run.result()).resolves.toEqual({ text: '- no e' });
    expect(await stepsOf(passed.run)).toEqual([
      ...['a completed', 'b skipped', 'c skipped', 'd skipped', 'e completed', 'f completed'],
    ]);
  });

  it('that throws, or says neither yes nor no, fails the run', async () => {
    const broken = (when: () => unknown) =>
      first.step('b', Write, ({ a }) => a, { when: when as () => boolean }).build();
    const cases: [() => unknown, RegExp][] = [
      [() => (undefined as unknown as { a: string }).a, /its when threw TypeError: Cannot read/],
      [() => 1, /its when returned a value of type number, and neither true nor false$/],
      [() => undefined, /its when returned nothing, and neither/],
      [() => Promise.resolve(true), /its when returned a promise; what must be awaited/],
    ];
    for (const [when, message] of cases) {
      const { run } = await finish(broken(when));
      expect(await run.status()).toMatchObject({
        state: 'failed',
        error: { step: 'b', message: expect.stringMatching(message) },
        steps: [{ undo: 'completed' }],
      });
    }
  });
});

describe('the failure of a step', () => {
  const after = { skip: 'skip', substitute: { substitute: { text: 'instead' } } } as const;

  it.each([
    ['skip', '- no', 'skipped'],
    ['substitute', 'instead no', 'substituted'],
  ] as const)('may mean %s: the run goes on', async (policy, expected, state) => {
    const definition = first
      .step('b', Write, ({ a }) => a, { onFailure: after[policy], undo: Erase })
      .step('c', Write, ({ b }) => text(b?.text, 'no'))
      .build();
    const give: Work[] = [() => discarded('no'), () => ({ verb: 'cancel', reason: 'not wanted' })];
    for (const b of give) {
      const { run } = await finish(definition, {}, working({ b }));
      await expect(run.result()).resolves.toEqual({ text: expected });
      expect((await run.status()).steps[1]).toMatchObject({ state, total: 1, done: 1, failed: 1 });
    }
  });

  it('skips what is skipped after it, and leaves nothing of it to undo', async () => {
    const definition = first
      .step('b', Write, ({ a }) => a, { onFailure: 'skip', undo: Erase })
      .step('c', Write, ({ b }) => b, { afterSkipped: 'skip' })
      .step('d', Write, ({ c }) => text(c?.text))
      .build();
    const worked: string[] = [];
    const { run } = await finish(
      definition,
      {},
      working({ b: () => discarded('no'), d: () => discarded('no') }, worked),
    );
    expect(worked).toEqual(['a', 'b', 'd', 'undo a']);
    expect(await stepsOf(run)).toEqual(['a completed completed', 'b skipped', 'c skipped', 'd failed']);
  });

  it('may be the last thing of a run', async () => {
    const definition = first
      .step('b', Write, ({ a }) => a, { after: ['a'], onFailure: after.substitute })
      .step('c', Write, ({ a }) => a, { after: ['a'], onFailure: 'skip' })
      .build();
    const no = () => discarded('no');
    const { run } = await finish(definition, {}, working({ b: no, c: no }));
    await expect(run.result()).resolves.toEqual({ b: { text: 'instead' }, c: null });
  });
});

describe('a fan-out in a branch', () => {
  const wide = first
    .each('b', Write, ({ input }) => Array.from({ length: input.items ?? 0 }, (_, n) => text(String(n))), {
      after: ['a'],
      undo: Erase,
    })
    .step('c', Write, ({ a }) => text(a.text, 'c'), { after: ['a'], undo: Erase })
    .step('d', Write, ({ b, c }) => text(c.text, ...b.map((each) => each.text)), { after: ['c', 'b'] })
    .build();

  it('is joined once with the other branch, whichever ends last', async () => {
    const [one, two] = [bench.node(wide), bench.node(wide)];
    for (const last of ['b', 'c']) {
      const run = await one.pipelines.start(wide, { text: 'x', items: 4 });
      await one.turn(working());
      const attempts = await one.claim();
      const isLast = ({ row }: Attempt) => row.step === last && (row.item ?? 3) === 3;
      const own = working();
      for (const attempt of attempts.filter((each) => !isLast(each))) {
        await two.settle([{ attempt, outcome: await own(attempt) }]);
      }
      expect(await stepsOf(run)).toHaveLength(3);
      await two.settle(ended(attempts.find(isLast)));
      expect(await stepsOf(run)).toHaveLength(4);
      await one.drain(working());
      expect((await run.status()).state).toBe('completed');
    }
  });

  it('is stopped by a failure in the other, and undone item by item after it', async () => {
    const node = bench.node(wide);
    const run = await node.pipelines.start(wide, { text: 'x', items: 3 });
    await node.turn(working());
    const attempts = await node.claim();
    const items = attempts.filter(({ row }) => row.step === 'b');
    await node.settle([...ended(items[2]), ...ended(items[0])]);
    await node.settle(ended(attemptOf(attempts, 'c'), discarded('no')));
    await node.settle(ended(items[1], { verb: 'cancel', reason: 'told to' }));
    const undone: string[] = [];
    await node.drain(working({}, undone));
    expect(undone).toEqual(['undo b 2', 'undo b 0', 'undo a']);
    expect(await stepsOf(run)).toEqual(['a completed completed', 'b cancelled completed', 'c failed']);
  });
});

describe('events of a run with branches', () => {
  it('come in the order of each step, after those that it waited for, to whoever asks whenever', async () => {
    const definition = first
      .each('b', Write, ({ a }) => [a, a], { after: ['a'] })
      .step('c', Write, ({ a }) => a, { after: ['a'] })
      .step('d', Write, ({ a }) => a, { after: ['a'], when: () => false })
      .step('e', Write, ({ a }) => a, { after: ['b', 'c', 'd'] })
      .build();
    const node = bench.node(definition);
    const run = await node.pipelines.start(definition, { text: 'x' });
    const short = ({ step, item, state }: RunEvent) => `${step}${item === null ? '' : ` ${item}`} ${state}`;
    const watch = async () => {
      const events: string[] = [];
      for await (const event of run.events()) events.push(short(event));
      return events;
    };
    const watched = watch();
    await node.turn(working());
    const attempts = await node.claim();
    for (const attempt of attempts.reverse()) await node.settle(ended(attempt));
    await node.drain(working());
    const expected = [
      ...['a running', 'a completed', 'b running', 'b 1 completed', 'b 0 completed', 'b completed'],
      ...['c running', 'c completed', 'd skipped', 'e running', 'e completed'],
    ];
    expect(await watch()).toEqual(expected);
    expect([...(await watched)].sort()).toEqual([...expected].sort());
    expect((await watched).at(-1)).toBe('e completed');
  });
});
