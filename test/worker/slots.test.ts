import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../src/engine/attempt.js';
import { Slots } from '../../src/worker/slots.js';

/** Ten slots, and nothing ahead of them, because nothing has been finished yet. */
const tenSlots = (): Slots => new Slots({ concurrency: 10, prefetch: 100, queues: new Map([['default', null]]) });

/** All that slots look at. */
const attempts = (count: number): Attempt[] =>
  Array.from({ length: count }, () => ({ row: { queue: 'default' } }) as unknown as Attempt);

/** How many jobs that follow from others there is room for. */
function roomForNext(slots: Slots): number {
  let count = 0;
  while (slots.reserveNext('default')) count++;
  slots.unreserveNext(count);
  return count;
}

describe('the room for jobs that follow from others', () => {
  it('is three quarters of all, whatever is claimed', () => {
    const slots = tenSlots();
    expect(roomForNext(slots)).toBe(7);
    slots.add(attempts(2));
    expect(roomForNext(slots)).toBe(7);
    slots.add(attempts(7), true);
    expect(roomForNext(slots)).toBe(0);
  });

  it('is no more than is free', () => {
    const slots = tenSlots();
    slots.add(attempts(7));
    slots.reserve(2);
    expect(roomForNext(slots)).toBe(1);
    slots.unreserve(2);
    expect(roomForNext(slots)).toBe(3);
  });

  it('leaves claims the rest', () => {
    const slots = tenSlots();
    slots.add(attempts(7), true);
    expect(slots.room).toBe(3);
    expect(slots.reserveNext('default')).toBe(false);
  });

  it('is there again when they are over, or handed back', () => {
    const slots = tenSlots();
    slots.add(attempts(7), true);
    const started = slots.start();
    if (!started) throw new Error('a slot is free');
    expect(roomForNext(slots)).toBe(0);
    slots.finish(started);
    expect(roomForNext(slots)).toBe(1);
    expect(slots.takeWaiting()).toHaveLength(6);
    expect(roomForNext(slots)).toBe(7);
  });

  it('is none of a queue with a limit', () => {
    const slots = new Slots({ concurrency: 10, prefetch: 100, queues: new Map([['default', 3]]) });
    expect(roomForNext(slots)).toBe(0);
  });
});

describe('the next claim', () => {
  /** Fifty jobs that were quick: as many are claimed ahead as a worker gets done in a fifth of a second, at most 100. */
  function busy(): Slots {
    const slots = tenSlots();
    for (let count = 0; count < 50; count++) {
      slots.add(attempts(1));
      const started = slots.start();
      if (started) slots.finish(started);
    }
    return slots;
  }

  it('is due when half of what was claimed ahead has begun', () => {
    const slots = busy();
    expect(slots.room).toBe(110);
    slots.add(attempts(51));
    expect(slots.low).toBe(false);
    expect(slots.start()).toBeDefined();
    expect(slots.low).toBe(true);
  });

  it('is put off while there is room for few, because jobs that follow from others are on their way', () => {
    const slots = busy();
    slots.add(attempts(50));
    for (let count = 0; count < 36; count++) expect(slots.reserveNext('default')).toBe(true);
    expect(slots.room).toBe(24);
    expect(slots.low).toBe(false);
    slots.unreserveNext(1);
    expect(slots.low).toBe(true);
  });

  it('is not due while every slot is taken', () => {
    const slots = tenSlots();
    slots.add(attempts(10));
    while (slots.start());
    expect(slots.low).toBe(false);
  });
});
