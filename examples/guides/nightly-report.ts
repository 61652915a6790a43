/** A report over every customer of a day: a job for each, and one that writes the sum. */
import 'reflect-metadata';
import { IsDateString, IsInt } from 'class-validator';
import type { DataSource } from 'typeorm';
import {
  createContainer,
  type Handler,
  type JobContext,
  JobHandler,
  Jobs,
  pipeline,
  type RunHandle,
  Transactional,
  Worker,
} from '../../src/index.js';

export class Day {
  @IsDateString() day!: string;
}

@JobHandler({ name: 'list-customers', payload: Day })
export class ListCustomers implements Handler<Day, number[]> {
  async handle({ day }: Day, { manager }: JobContext): Promise<number[]> {
    const rows = await manager.query<{ customer: number }[]>(
      'select distinct customer from sale where day = $1 order by customer',
      [day],
    );
    return rows.map(({ customer }) => customer);
  }
}

export class CustomerDay extends Day {
  @IsInt() customer!: number;
}

@JobHandler({ name: 'sum-up', payload: CustomerDay, queue: 'reports' })
export class SumUp implements Handler<CustomerDay, number> {
  async handle({ day, customer }: CustomerDay, { manager }: JobContext): Promise<number> {
    const [row] = await manager.query<{ cents: number }[]>(
      'select sum(cents)::int as cents from sale where day = $1 and customer = $2',
      [day, customer],
    );
    return row?.cents ?? 0;
  }
}

export interface Report {
  readonly customers: number;
  readonly cents: number;
}

@JobHandler({ name: 'write-report', payload: Day, queue: 'reports' })
@Transactional()
export class WriteReport implements Handler<Day, Report> {
  async handle({ day }: Day, job: JobContext): Promise<Report> {
    let [customers, cents] = [0, 0];
    for await (const { result } of job.results(SumUp, 'totals')) {
      customers++;
      cents += result ?? 0;
    }
    await job.manager.query('insert into report values ($1, $2, $3)', [day, customers, cents]);
    return { customers, cents };
  }
}

export const dailyReport = pipeline('daily-report', { input: Day })
  .step('customers', ListCustomers)
  .each('totals', SumUp, ({ input, customers }) => customers.map((customer) => ({ day: input.day, customer })), {
    results: 'stream',
  })
  .step('report', WriteReport, ({ input }) => input)
  .build();

/** Starts the report of a day. Whoever starts it a second time, while it runs, is given the same run. */
export function startReport(jobs: Jobs, day: string): Promise<RunHandle<Report>> {
  return jobs.start(dailyReport, { day }, { unique: day, timeout: '6h', priority: 8, tags: ['nightly'] });
}

/** How far a report is, in one indexed question, however many customers there are. */
export async function progressOf(run: RunHandle<Report>): Promise<string> {
  const { steps } = await run.status();
  const { done = 0, total = 0, failed = 0 } = steps.find(({ name }) => name === 'totals') ?? {};
  return `${done} of ${total} customers, ${failed} failed`;
}

/** Writes the report of a day with so many customers, who buy twice each. */
export async function report(dataSource: DataSource, customers: number): Promise<Report & { progress: string }> {
  await dataSource.query('create table sale (day date, customer integer, cents integer)');
  await dataSource.query('create index sale_of_day on sale (day, customer)');
  await dataSource.query('create table report (day date primary key, customers integer, cents bigint)');
  await dataSource.query(
    `insert into sale select '2026-11-21', customer, 100 from generate_series(1, $1::int) customer, generate_series(1, 2)`,
    [customers],
  );
  const handlers = [ListCustomers, SumUp, WriteReport];
  const container = await createContainer({ dataSource, handlers, pipelines: [dailyReport] });
  const worker = container.get(Worker);
  await worker.start();
  try {
    const run = await startReport(container.get(Jobs), '2026-11-21');
    return { ...(await run.result()), progress: await progressOf(run) };
  } finally {
    await worker.stop();
  }
}
