/** What start accepts and refuses. Text after `@ts-expect-error` is part of the compiler's message. */
import { IsDate, IsInt, IsOptional, IsUrl } from 'class-validator';
import type { Jobs } from '../../src/client/jobs.js';
import type { Pipelines } from '../../src/client/pipelines.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';

declare const jobs: Jobs;
declare const pipelines: Pipelines;

class PageRef {
  @IsUrl() url!: string;
  @IsOptional() @IsDate() since?: Date;

  host(): string {
    return new URL(this.url).host;
  }
}

class Size {
  @IsInt() size!: number;
}

const scrape = defineHandler({ name: 'scrape', payload: PageRef, handle: ({ url }) => ({ url, at: new Date() }) });
const measure = defineHandler({ name: 'measure', payload: Size, handle: ({ size }) => size });

const ingest = pipeline('ingest', { input: PageRef }).step('page', scrape).build();
const sizes = pipeline('sizes', { input: PageRef })
  .each('sizes', measure, () => [{ size: 1 }], { onItemFailure: 'skip' })
  .build();

/** Accepted: the fields of the input, without the methods of its class; the output in its JSON form. */
export async function accepted(): Promise<void> {
  const run = await jobs.start(ingest, { url: 'https://a.example', since: new Date() }, { priority: 1, tags: ['a'] });
  const { url, at } = await run.result({ timeout: '30s' });
  const text: string = url + at;
  const [first] = await (await pipelines.start(sizes, { url: 'https://a.example' })).result();
  const size: number | null | undefined = first;
  for await (const { step, done } of run.events()) void [step, done];
  const again = await run.fork({ from: 'page', input: { url: 'https://b.example' }, priority: 2 });
  const other: string = (await (await again.rerun({ input: { url: 'https://c.example' } })).result()).url;
  await pipelines.handle(again.id, ingest).fork({ from: ['page'] });
  await pipelines.handle(again.id).fork({ from: 'anything', input: { any: 1 } });
  for await (const { cursor } of run.events()) for await (const { state } of run.events({ after: cursor })) void state;
  void [text, size, other];
}

/** Refused. */
export async function refused(): Promise<void> {
  // @ts-expect-error 'uri' does not exist in type
  await jobs.start(ingest, { uri: 'https://a.example' });
  // @ts-expect-error Type 'number' is not assignable to type 'string'
  await jobs.start(ingest, { url: 1 });
  // @ts-expect-error Property 'url' is missing
  await pipelines.start(ingest, {});
  // @ts-expect-error Type '10' is not assignable to type 'Priority | undefined'
  await jobs.start(ingest, { url: 'https://a.example' }, { priority: 10 });
  const run = await jobs.start(ingest, { url: 'https://a.example' });
  // @ts-expect-error Property 'title' does not exist
  void (await run.result()).title;
  // @ts-expect-error Type '"30"' is not assignable to type
  await run.result({ timeout: '30' });
  // @ts-expect-error Type '"pages"' is not assignable to type '"page" | readonly "page"[]'
  await run.fork({ from: 'pages' });
  // @ts-expect-error Property 'from' is missing
  await run.fork({});
  // @ts-expect-error 'uri' does not exist in type
  await run.fork({ from: 'page', input: { uri: 'https://a.example' } });
  // @ts-expect-error Type 'number' is not assignable to type 'string'
  await run.rerun({ input: { url: 1 } });
}
