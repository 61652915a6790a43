import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IsInt, IsUrl } from 'class-validator';
import { Container, ContainerModule, inject, injectable } from 'inversify';
import { DataSource } from 'typeorm';
import {
  createContainer,
  type Handler,
  JobHandler,
  Jobs,
  Lock,
  Migrator,
  pipeline,
  Retry,
  rowlockModule,
  Worker,
} from '../../src/index.js';
import { createTestSchema, type TestSchema } from '../support/database.js';
import { eventually } from '../support/eventually.js';

class PageRef {
  @IsUrl() url!: string;
}

class Count {
  @IsInt() n!: number;
}

class Fetcher {
  get(url: string): string {
    return `text of ${url}`;
  }
}

@JobHandler({ name: 'scrape-page', payload: PageRef })
class ScrapePage implements Handler<PageRef, string> {
  constructor(@inject(Fetcher) private readonly fetcher: Fetcher) {}

  handle({ url }: PageRef): string {
    return this.fetcher.get(url);
  }
}

@JobHandler({ name: 'scrape-page', payload: Count })
class OtherScrapePage implements Handler<Count> {
  handle(_: Count): void {}
}

@JobHandler({ name: 'count', payload: Count })
@injectable()
class CountUp implements Handler<Count, number> {
  handle({ n }: Count): number {
    return n + 1;
  }
}

@JobHandler({ name: 'impatient', payload: Count })
@Retry({ attempts: 0 })
class Impatient implements Handler<Count> {
  handle(_: Count): void {}
}

@JobHandler({ name: 'twice-locked', payload: Count })
@Lock('a:{n}')
@Lock('b:{n}')
class TwiceLocked implements Handler<Count> {
  handle(_: Count): void {}
}

class Plain implements Handler<Count> {
  handle(_: Count): void {}
}

const fetching = new ContainerModule(({ bind }) => {
  bind(Fetcher).toSelf().inSingletonScope();
});

describe('createContainer', () => {
  let schema: TestSchema;
  let dataSource: DataSource;

  beforeEach(async () => {
    schema = await createTestSchema();
    dataSource = await schema.open();
    await new Migrator(dataSource, schema.name).up();
  });

  afterEach(() => schema.drop());

  it('gives handlers the services of the application', async () => {
    const container = await createContainer({
      dataSource,
      schema: schema.name,
      handlers: [ScrapePage, CountUp],
      modules: [fetching],
    });
    const worker = container.get(Worker);
    await worker.start();
    try {
      const handle = await container.get(Jobs).enqueue(ScrapePage, { url: 'https://a.example' });
      expect(await handle.result({ timeout: '20s' })).toBe('text of https://a.example');
    } finally {
      await worker.stop();
    }
  });

  it('is a module for a container that exists', async () => {
    const container = new Container();
    container.load(fetching, rowlockModule({ dataSource, schema: schema.name, handlers: [ScrapePage] }));
    const worker = container.get(Worker);
    const running = worker.run({ once: true });
    await eventually('the worker runs', () => worker.state === 'running' || worker.state === 'stopped');
    expect(await running).toEqual({ drained: true });
  });

  it.each([
    ['HANDLER_UNRESOLVABLE', { handlers: [ScrapePage] }, /ScrapePage.*"scrape-page".*Fetcher/s],
    ['HANDLER_DUPLICATE', { handlers: [ScrapePage, OtherScrapePage] }, /ScrapePage and OtherScrapePage/],
    ['HANDLER_INVALID', { handlers: [Impatient] }, /Impatient.*attempts/s],
    ['HANDLER_INVALID', { handlers: [TwiceLocked] }, /TwiceLocked.*@Lock/s],
    ['HANDLER_NOT_DECORATED', { handlers: [Plain] }, /Plain/],
    ['OPTION_INVALID', { worker: { concurrency: 0 } }, /worker\.concurrency/],
    ['OPTION_INVALID', { worker: { queues: { 'No Good': 1 } } }, /worker\.queues.*No Good/],
    ['OPTION_INVALID', { schema: 'public' }, /schema must not be public/],
    ['DURATION_INVALID', { worker: { lease: 'soon' as '1s' } }, /lease.*"soon"/],
  ])('refuses what cannot work, naming it: %s', async (code, options, message) => {
    const container = createContainer({ dataSource, schema: schema.name, ...options });
    await expect(container).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('refuses a pipeline whose handler is missing, naming step and class', async () => {
    const counting = pipeline('counting', { input: Count }).step('up', CountUp).build();
    const container = createContainer({ dataSource, schema: schema.name, pipelines: [counting] });
    await expect(container).rejects.toMatchObject({
      code: 'PIPELINE_INVALID',
      message: expect.stringMatching(/counting.*up.*CountUp/s),
    });
  });

  it('refuses a schema that was not migrated, and says what to run', async () => {
    const container = createContainer({ dataSource, schema: 'never_migrated' });
    await expect(container).rejects.toMatchObject({
      code: 'SCHEMA_VERSION',
      message: expect.stringContaining('rowlock migrate up'),
    });
  });

  it('says which database cannot be reached, and not its password', async () => {
    const nobody = new DataSource({ type: 'postgres', url: 'postgres://user:hunter2@127.0.0.1:1/none' });
    const error = await createContainer({ dataSource: nobody }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining('127.0.0.1:1'),
    });
    expect(String(error)).not.toContain('hunter2');
  });
});
