/** Enqueueing: with options, in bulk, and in the caller's transaction. */
import 'reflect-metadata';
import { IsInt } from 'class-validator';
import type { DataSource } from 'typeorm';
import { createContainer, type Handler, JobHandler, Jobs, Worker } from '../../src/index.js';
import { fetching, ScrapePage } from './job-type.js';

export class OrderRef {
  @IsInt() orderId!: number;
}

@JobHandler({ name: 'send-receipt', payload: OrderRef })
export class SendReceipt implements Handler<OrderRef, string> {
  handle({ orderId }: OrderRef): string {
    return `receipt of order ${orderId}`;
  }
}

/** Enqueues jobs in every way, and gives what they returned. */
export async function enqueue(dataSource: DataSource): Promise<string[]> {
  const container = await createContainer({ dataSource, handlers: [ScrapePage, SendReceipt], modules: [fetching] });
  const jobs = container.get(Jobs);
  const worker = container.get(Worker);
  await worker.start();
  try {
    const url = 'https://a.example/';
    const handle = await jobs.enqueue(ScrapePage, { url }, { priority: 1, delay: '100ms', tags: ['nightly'] });
    const page = await handle.result({ timeout: '30s' }); // typed: the JSON form of Page (a Date is a string)

    const urls = ['https://b.example/', 'https://c.example/'];
    const many = await jobs.enqueueMany(ScrapePage, urls.map((url) => ({ url }))); // prettier-ignore
    const pages = await Promise.all(many.map((handle) => handle.result({ timeout: '30s' })));

    return [page, ...pages].map(({ title }) => title).concat(await sell(dataSource, jobs));
  } finally {
    await worker.stop();
  }
}

/** Two orders with a receipt each, of which the second is not paid: neither it nor its receipt comes to be. */
async function sell(dataSource: DataSource, jobs: Jobs): Promise<string> {
  const receipt = await dataSource.transaction(async (manager) => {
    const [order] = await manager.query<{ id: number }[]>('select 42 as id');
    return jobs.enqueue(SendReceipt, { orderId: order?.id ?? 0 }, { manager }); // commits, or does not, with the order
  });
  const unpaid = dataSource.transaction(async (manager) => {
    await jobs.enqueue(SendReceipt, { orderId: 43 }, { manager });
    throw new Error('the card was refused');
  });
  const why = await unpaid.catch((error: Error) => error.message);
  const sent = await receipt.result({ timeout: '30s' });
  const { length } = (await jobs.list({ name: SendReceipt })).jobs;
  return `${sent}; ${why}; ${length} receipt`;
}
