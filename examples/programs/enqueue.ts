/** Enqueueing: with options, in bulk, in the caller's transaction, and without loading the handler. */
import 'reflect-metadata';
import { IsInt } from 'class-validator';
import type { DataSource } from 'typeorm';
import { createContainer, type Handler, JobHandler, Jobs, Worker } from '../../src/index.js';
import type { ScrapePage } from './job-type.js';
import { fetching, ScrapePage as ScrapePageHandler } from './job-type.js';

export class OrderRef {
  @IsInt() orderId!: number;
}

@JobHandler({ name: 'send-receipt', payload: OrderRef })
export class SendReceipt implements Handler<OrderRef, string> {
  handle({ orderId }: OrderRef): string {
    return `receipt of order ${orderId}`;
  }
}

/** Runs jobs that were enqueued in every way, and gives what they returned. */
export async function enqueue(dataSource: DataSource): Promise<string[]> {
  const container = await createContainer({
    dataSource,
    handlers: [ScrapePageHandler, SendReceipt],
    modules: [fetching],
  });
  const jobs = container.get(Jobs);
  const urls = ['https://a.example/', 'https://b.example/'];
  const many = await jobs.enqueueMany(ScrapePageHandler, urls.map((url) => ({ url })), { tags: ['nightly'] }); // prettier-ignore
  const named = await jobs.enqueue<ScrapePage>('scrape-page', { url: 'https://c.example/' }, { priority: 1 });

  const receipt = await dataSource.transaction(async (manager) => {
    const [order] = await manager.query<{ id: number }[]>('select 42 as id');
    return jobs.enqueue(SendReceipt, { orderId: order?.id ?? 0 }, { manager }); // commits, or does not, with the order
  });

  const worker = container.get(Worker);
  await worker.start();
  try {
    const pages = await Promise.all([...many, named].map((handle) => handle.result({ timeout: '30s' })));
    return [...pages.map(({ title }) => title), await receipt.result({ timeout: '30s' })];
  } finally {
    await worker.stop();
  }
}
