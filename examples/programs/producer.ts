/** A producer that must not load what its jobs need, such as sharp or a browser. */
import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import { createContainer, Jobs } from '../../src/index.js';
import type { ScrapePage } from './job-type.js'; // only a type: nothing is loaded

/** Enqueues by name, as typed as with the class. Its settings are known since a worker that has it was first started. */
export async function produce(dataSource: DataSource): Promise<string> {
  const container = await createContainer({ dataSource });
  const handle = await container.get(Jobs).enqueue<ScrapePage>('scrape-page', { url: 'https://d.example/' });
  const { queue, maxAttempts, lockKey } = await handle.details();
  return `queue ${queue}, ${maxAttempts} attempts, lock ${lockKey}`;
}
