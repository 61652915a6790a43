import { describe, expect, it } from '@jest/globals';
import { Allow, IsInt, IsString } from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { Work } from '../support/pipeline-bench.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';

class Trip {
  @IsString() name!: string;
  @IsInt() seats!: number;
}

class Seat {
  @IsInt() seat!: number;
}

class Booked {
  @Allow() payload!: { name: string; seats: number };
  @Allow() result!: { booking: string };
}

class SeatBooked {
  @Allow() payload!: { seat: number };
}

const book = (name: string) =>
  defineHandler({ name, payload: Trip, handle: (trip) => ({ booking: `${name} for ${trip.name}` }) });
const BookHotel = book('book-hotel');
const BookFlight = book('book-flight');
const Pay = book('pay');
const BookSeat = defineHandler({ name: 'book-seat', payload: Seat, handle: ({ seat }) => ({ seat }) });
const CancelHotel = defineHandler({ name: 'cancel-hotel', payload: Booked, handle: () => undefined });
const CancelFlight = defineHandler({
  name: 'cancel-flight',
  payload: Booked,
  queue: 'other',
  lock: (undo) => `flight:${undo.payload.name}`,
  retry: { attempts: 7 },
  handle: () => undefined,
});
const CancelSeat = defineHandler({ name: 'cancel-seat', payload: SeatBooked, handle: () => undefined });

const bookTrip = pipeline('book-trip', { input: Trip })
  .step('hotel', BookHotel, { undo: CancelHotel })
  .step('flight', BookFlight, ({ input }) => input, { undo: CancelFlight })
  .each('seats', BookSeat, ({ input }) => Array.from({ length: input.seats }, (_, seat) => ({ seat })), {
    undo: CancelSeat,
  })
  .step('paid', Pay, ({ input }) => input, { undo: CancelHotel })
  .build();

const bench = usePipelineBench();

/** Ends each job by its name; those not named are completed with `{}`. */
const working =
  (worked: string[], outcomes: Readonly<Record<string, Work>> = {}): Work =>
  (attempt) => {
    const { name, item } = attempt.row;
    worked.push(item === null ? name : `${name} ${item}`);
    return outcomes[name]?.(attempt) ?? completed({ booking: name });
  };

describe('a step that fails', () => {
  it('has the completed ones undone, the last first, one step at a time', async () => {
    const node = bench.node(bookTrip);
    const run = await node.pipelines.start(bookTrip, { name: 'Ada', seats: 2 }, { tags: ['trip'], priority: 2 });
    const worked: string[] = [];
    await node.drain(working(worked, { pay: () => discarded('no funds') }));
    expect(worked).toEqual([
      ...['book-hotel', 'book-flight', 'book-seat 0', 'book-seat 1', 'pay'],
      ...['cancel-seat 1', 'cancel-seat 0', 'cancel-flight', 'cancel-hotel'],
    ]);
    expect(await run.status()).toMatchObject({
      state: 'failed',
      error: { step: 'paid', item: null, message: expect.stringContaining('no funds') },
      steps: [
        { name: 'hotel', state: 'completed', undo: 'completed' },
        { name: 'flight', state: 'completed', undo: 'completed' },
        { name: 'seats', state: 'completed', undo: 'completed', total: 2 },
        { name: 'paid', state: 'failed', undo: null },
      ],
    });
    expect(node.events).toEqual([`run.fail ${run.id}`]);
  });

  it('gives undo jobs the payload and result of what they undo, and the settings of their handlers', async () => {
    const node = bench.node(bookTrip);
    const run = await node.pipelines.start(bookTrip, { name: 'Ada', seats: 0 }, { tags: ['trip'] });
    const undone: unknown[] = [];
    const note: Work = ({ row }) => {
      const { queue, maxAttempts, lockKey, tags, meta, payload, pipeline: key, step } = row;
      undone.push({ queue, maxAttempts, lockKey, tags, meta, payload, key, step, runId: row.runId });
      return completed(null);
    };
    await node.drain(working([], { pay: () => discarded('no'), 'cancel-flight': note, 'cancel-hotel': note }));
    const common = { tags: ['trip'], meta: { undo: true }, key: `book-trip@${bookTrip.version}`, runId: run.id };
    const payload = { name: 'Ada', seats: 0 };
    expect(undone).toEqual([
      {
        ...common,
        step: 'flight',
        queue: 'other',
        maxAttempts: 7,
        lockKey: 'flight:Ada',
        payload: { payload, result: { booking: 'book-flight' } },
      },
      {
        ...common,
        step: 'hotel',
        queue: 'default',
        maxAttempts: 3,
        lockKey: null,
        payload: { payload, result: { booking: 'book-hotel' } },
      },
    ]);
  });

  it('notes an undo that fails, and undoes the rest', async () => {
    const node = bench.node(bookTrip);
    const run = await node.pipelines.start(bookTrip, { name: 'Ada', seats: 2 });
    const worked: string[] = [];
    await node.drain(
      working(worked, {
        pay: () => discarded('no'),
        'cancel-flight': () => discarded('the airline said no\0'),
        'cancel-seat': ({ row }) => (row.item === 1 ? discarded('taken') : completed(null)),
      }),
    );
    expect(worked.slice(-4)).toEqual(['cancel-seat 1', 'cancel-seat 0', 'cancel-flight', 'cancel-hotel']);
    expect(await run.status()).toMatchObject({
      state: 'failed',
      error: {
        step: 'paid',
        notUndone: [
          { step: 'seats', item: 1, message: 'taken' },
          { step: 'flight', item: null, message: 'the airline said no\uFFFD' },
        ],
      },
      steps: [{ undo: 'completed' }, { undo: 'failed' }, { undo: 'failed' }, { undo: null }],
    });
    await expect(run.result()).rejects.toThrow(
      `Run ${run.id} failed: pipeline "book-trip", step "paid": its job was discarded: no. ` +
        'Not undone: "seats" item 1 (taken), "flight" (the airline said no\uFFFD)',
    );
  });

  it('has the items undone that were completed before another of them failed', async () => {
    const node = bench.node(bookTrip);
    const run = await node.pipelines.start(bookTrip, { name: 'Ada', seats: 4 });
    const worked: string[] = [];
    const work = working(worked, {
      'book-seat': ({ row }) => (row.item === 2 ? discarded('taken') : completed({ seat: row.item })),
    });
    await node.drain(work);
    expect(worked.filter((name) => name.startsWith('cancel-'))).toEqual([
      ...['cancel-seat 3', 'cancel-seat 1', 'cancel-seat 0', 'cancel-flight', 'cancel-hotel'],
    ]);
    expect(await run.status()).toMatchObject({ state: 'failed', error: { step: 'seats', item: 2 } });
  });

  it('does not wait for an undo that cannot be made, and says why', async () => {
    class Impossible {
      @IsString() never!: string;
      @Allow() result!: unknown;
    }
    const Refuse = defineHandler({
      name: 'refuse',
      payload: Impossible as unknown as typeof Booked,
      handle: () => undefined,
    });
    const definition = pipeline('refusing', { input: Trip })
      .step('hotel', BookHotel, { undo: CancelHotel })
      .step('flight', BookFlight, ({ input }) => input, { undo: Refuse })
      .step('paid', Pay, ({ input }) => input)
      .build();
    const node = bench.node(definition);
    const run = await node.pipelines.start(definition, { name: 'Ada', seats: 0 });
    const worked: string[] = [];
    await node.drain(working(worked, { pay: () => discarded('no') }));
    expect(worked).toEqual(['book-hotel', 'book-flight', 'pay', 'cancel-hotel']);
    expect(await run.status()).toMatchObject({
      state: 'failed',
      error: {
        notUndone: [{ step: 'flight', item: null, message: expect.stringContaining('never: must be a string') }],
      },
    });
  });
});

describe('a run that is cancelled', () => {
  it('is over at once if nothing of it runs, and undoes nothing unless asked', async () => {
    const node = bench.node(bookTrip);
    const run = await node.pipelines.start(bookTrip, { name: 'Ada', seats: 2 });
    await node.turn();
    await expect(run.cancel('the weather')).resolves.toBe(true);
    expect(await run.status()).toMatchObject({
      state: 'cancelled',
      steps: [{ state: 'completed', undo: null }, { state: 'cancelled' }],
    });
    await expect(run.result()).rejects.toMatchObject({
      code: 'RUN_CANCELLED',
      message: `Run ${run.id} was cancelled: the weather`,
    });
    expect(await node.claim()).toEqual([]);
    await expect(run.cancel()).resolves.toBe(false);
    expect(node.events).toEqual([`run.cancel ${run.id}`]);
  });

  it('undoes completed steps when asked, once what runs has stopped', async () => {
    const node = bench.node(bookTrip);
    const run = await node.pipelines.start(bookTrip, { name: 'Ada', seats: 5 });
    await node.turn();
    await node.turn();
    const running = await node.claim(2);
    await run.cancel('the weather', { undo: true });
    expect(await run.status()).toMatchObject({
      state: 'stopping',
      steps: [{}, {}, { state: 'cancelled', done: 3, failed: 0 }],
    });
    expect(await bench.query(`select distinct cancel_reason from $s.job`)).toEqual([{ cancel_reason: 'the weather' }]);
    const [first, second] = running;
    if (!first || !second) throw new Error('nothing was claimed');
    await node.settle([{ attempt: first, outcome: completed({ seat: 0 }) }]);
    expect(await run.status()).toMatchObject({ state: 'stopping' });
    await node.settle([{ attempt: second, outcome: { verb: 'cancel', reason: 'told to' } }]);
    const worked: string[] = [];
    await node.drain(working(worked));
    expect(worked).toEqual(['cancel-seat 0', 'cancel-flight', 'cancel-hotel']);
    expect(await run.status()).toMatchObject({ state: 'cancelled', error: { step: null, message: 'the weather' } });
  });

  it('undoes a last step that ended in spite of the cancel', async () => {
    const node = bench.node(bookTrip);
    const run = await node.pipelines.start(bookTrip, { name: 'Ada', seats: 0 });
    await node.turn();
    await node.turn();
    const [last] = await node.claim();
    if (!last) throw new Error('nothing was claimed');
    await run.cancel('the weather', { undo: true });
    await node.settle([{ attempt: last, outcome: completed({ booking: 'paid' }) }]);
    const worked: string[] = [];
    await node.drain(working(worked));
    expect(worked).toEqual(['cancel-hotel', 'cancel-flight', 'cancel-hotel']);
    expect((await run.status()).state).toBe('cancelled');
  });

  it('can be cancelled, and undone, by a process that does not know the pipeline', async () => {
    const [node, stranger] = [bench.node(bookTrip), bench.node()];
    const run = await node.pipelines.start(bookTrip, { name: 'Ada', seats: 2 });
    await node.turn();
    await expect(stranger.pipelines.handle(run.id).cancel('the weather', { undo: true })).resolves.toBe(true);
    const worked: string[] = [];
    await node.drain(working(worked));
    expect(worked).toEqual(['cancel-hotel']);
    expect((await run.status()).state).toBe('cancelled');
  });

  it('is not stopped again while it is undone', async () => {
    const node = bench.node(bookTrip);
    const run = await node.pipelines.start(bookTrip, { name: 'Ada', seats: 0 });
    await node.turn();
    await run.cancel('first', { undo: true });
    await expect(run.cancel('second')).resolves.toBe(false);
    expect(await run.status()).toMatchObject({ state: 'compensating', error: { message: 'first' } });
    await node.drain();
    expect((await run.status()).state).toBe('cancelled');
  });

  it('answers for a run that never was', async () => {
    const node = bench.node(bookTrip);
    const handles = ['01890000-0000-7000-8000-000000000000', 'seven'].map((id) => node.pipelines.handle(id));
    const questions = handles.flatMap((handle) => [
      () => handle.cancel(),
      () => handle.status(),
      () => handle.result(),
      () => handle.events().next(),
    ]);
    for (const ask of questions) {
      await expect(ask()).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringMatching(/^There is no run (01890000|seven)/),
      });
    }
  });
});
