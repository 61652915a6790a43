import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { enqueue } from '../../examples/programs/enqueue.js';
import { jobType } from '../../examples/programs/job-type.js';
import { ingest } from '../../examples/programs/pipeline.js';
import { Migrator } from '../../src/index.js';
import { createTestSchema, type TestSchema } from '../support/database.js';

describe('the programs of the documentation', () => {
  let schema: TestSchema;
  let dataSource: DataSource;

  beforeEach(async () => {
    schema = await createTestSchema();
    process.env['ROWLOCK_SCHEMA'] = schema.name;
    dataSource = await schema.open();
    await new Migrator(dataSource, schema.name).up();
  });

  afterEach(() => schema.drop());

  it('run a job', async () => {
    expect(await jobType(dataSource)).toBe('example.com: 2 images');
  });

  it('enqueue in bulk, by name, and in a transaction', async () => {
    expect(await enqueue(dataSource)).toEqual(['a.example', 'b.example', 'c.example', 'receipt of order 42']);
  });

  it('run a pipeline, and follow it', async () => {
    const { events, stored } = await ingest(dataSource);
    expect(stored).toEqual({ url: 'https://example.com/', images: 2 });
    expect(events[0]).toBe('page running');
    expect(events.at(-1)).toBe('stored completed');
    expect(events.filter((event) => event === 'images completed')).toHaveLength(3); // two items, and the step
  });
});
