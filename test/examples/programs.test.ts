import { describe, expect, it } from '@jest/globals';
import { enqueue } from '../../examples/programs/enqueue.js';
import { jobType } from '../../examples/programs/job-type.js';
import { ingest } from '../../examples/programs/pipeline.js';
import { produce } from '../../examples/programs/producer.js';
import { useProgramDatabase } from '../support/program-database.js';

describe('the programs of the documentation', () => {
  const dataSource = useProgramDatabase();

  it('run a job', async () => {
    expect(await jobType(dataSource())).toBe('example.com: 2 images');
  });

  it('enqueue with options, in bulk, and in a transaction that commits or does not', async () => {
    expect(await enqueue(dataSource())).toEqual([
      'a.example',
      'b.example',
      'c.example',
      'receipt of order 42; the card was refused; 1 receipt',
    ]);
  });

  it('enqueue by name what a worker has registered', async () => {
    await expect(produce(dataSource())).rejects.toMatchObject({ code: 'HANDLER_NOT_FOUND' });
    await jobType(dataSource());
    expect(await produce(dataSource())).toBe('queue web, 3 attempts, lock page:https://d.example/');
  });

  it('run a pipeline, and follow it', async () => {
    const { events, outcome, archived } = await ingest(dataSource(), 'https://example.com/');
    expect(events).toEqual([
      'page running',
      'page completed',
      'images running',
      'images completed', // an item,
      'images completed', // the other,
      'images completed', // and the step
      'stored running',
      'stored completed',
      'announced running',
      'announced completed',
    ]);
    expect(outcome).toBe('new: example.com');
    expect(archived).toEqual(['https://example.com/']);
  });

  it('undo what a pipeline has done when it fails', async () => {
    const { events, outcome, archived } = await ingest(dataSource(), 'https://secret.example/');
    expect(events.slice(-2)).toEqual(['announced running', 'announced failed']);
    expect(outcome).toContain('secret pages are not announced');
    expect(archived).toEqual([]);
  });
});
