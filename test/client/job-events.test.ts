import { describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import { type Handler, type JobContext, JobHandler, type JobState, Retry } from '../../src/index.js';
import { useRowlock } from '../support/rowlock.js';

class Count {
  @IsInt() n!: number;
}

/** Fails once, then waits at its half for the watcher to have seen it. */
@JobHandler({ name: 'half-way', payload: Count })
@Retry({ attempts: 2, delay: '1ms', jitter: 0 })
class HalfWay implements Handler<Count, string> {
  static goOn: () => void = () => undefined;
  static seen = new Promise<void>(() => undefined);

  async handle(_: Count, job: JobContext): Promise<string> {
    if (job.attempt === 1) throw new Error('not yet');
    await job.progress(0.5, 'half of it');
    await HalfWay.seen;
    return 'done';
  }
}

describe('handle.events()', () => {
  const rowlock = useRowlock();

  it('tells of state, attempt and progress until the job is over', async () => {
    HalfWay.seen = new Promise((resolve) => (HalfWay.goOn = resolve));
    const { jobs } = await rowlock.application({ handlers: [HalfWay] });
    const handle = await jobs.enqueue(HalfWay, { n: 1 });
    const states: JobState[] = [];
    for await (const { state, attempt, progress } of handle.events()) {
      states.push(state);
      if (progress) {
        expect({ attempt, progress }).toEqual({ attempt: 2, progress: { fraction: 0.5, message: 'half of it' } });
        HalfWay.goOn();
      }
    }
    expect(states.at(-1)).toBe('completed');
    expect(states).toContain('running');
  });

  it('ends at once when its reader leaves', async () => {
    const { jobs } = await rowlock.application();
    const handle = await jobs.enqueue(HalfWay, { n: 1 }, { delay: '1h' });
    for await (const { state } of handle.events()) {
      expect(state).toBe('scheduled');
      break;
    }
  });

  it('says that there is no such job', async () => {
    const { jobs } = await rowlock.application();
    const events = jobs.handle('01a200f2-0000-7000-8000-000000000000').events();
    await expect(events.next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
