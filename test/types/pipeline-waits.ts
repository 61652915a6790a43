/** Steps that wait: what compiles without a cast, and what must not. */
import { IsBoolean, IsDate, IsOptional, IsString } from 'class-validator';
import { Type } from 'class-transformer';
import type { Jobs, Pipelines, RunHandle } from '../../src/index.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import type { NoSteps } from '../../src/pipelines/step-facts.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { PageRef, ProcessImage, RemoveImage, ScrapePage, StorePage } from './pipeline-handlers.js';

/** Whether two types are the same, readonly and optional included. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <_ extends true>(): void => undefined;

class Review {
  @IsBoolean() approved!: boolean;
  @IsOptional() @IsString() note?: string;
  @IsDate() @Type(() => Date) at!: Date;

  isLate(): boolean {
    return this.at.getTime() < 0;
  }
}

const empty = pipeline('reviewed', { input: PageRef });
const page = empty.step('page', ScrapePage);
const paused = page.sleep('pause', '1h');
const reviewed = page.signal('review', Review);
declare const jobs: Jobs;
declare const pipelines: Pipelines;
declare const anyDuration: string;

export const sleeps = [
  empty.sleep('pause', '1d').step('page', ScrapePage, ({ input }) => input),
  empty.sleep('pause', ({ input }) => (input.url ? '1h' : new Date())),
  page.sleep('pause', ({ page }) => new Date(page.fetchedAt)),
  page.sleep('pause', '1.5h', { when: ({ page }) => page.title === '', after: ['page'], afterSkipped: 'skip' }),
  page.sleep('pause', '1h', { after: [] }),
  paused.step('again', ScrapePage, ({ page }) => page),
  paused.step('again', ScrapePage, ({ page }) => page, { after: ['pause'] }),
  paused.step('again', ScrapePage, ({ page }) => page, { after: ['pause', 'page'] }),
];

// A sleep has no result that a callback could read.
paused.step('again', ScrapePage, (results) => {
  isTrue<Equal<keyof typeof results, 'input' | 'page'>>();
  return results.page;
});
export const slept = paused.build();
isTrue<Equal<typeof slept, PipelineDefinition<PageRef, null, NoSteps, 'page' | 'pause'>>>();

export const signals = [
  empty.signal('review', Review).step('page', ScrapePage, ({ input }) => input),
  page.signal('review', Review, { timeout: '3d', onTimeout: 'skip', after: [] }),
  page.signal('review', Review, { onTimeout: { substitute: { approved: false, at: '' } } }),
  page.signal('review', Review, { when: ({ page }) => page.title !== '' }),
  reviewed.step('again', ScrapePage, ({ page, review }) => (review.approved ? page : { url: review.note ?? '' })),
  reviewed.signal('second', Review, { after: ['page'] }),
];

// What was sent, in its JSON form; nothing if it may not come.
reviewed.step('again', ScrapePage, (results) => {
  isTrue<Equal<typeof results.review, { approved: boolean; note?: string; at: string }>>();
  return results.page;
});
const optional = page.signal('review', Review, { onTimeout: 'skip' });
optional.step('again', ScrapePage, ({ page, review }) => ({ url: review?.note ?? page.url }));

const approved = page.approve('review', Review, { assignee: ({ page }) => page.title, onFailure: 'skip' });
export const approvals = [
  empty.approve('review', Review).step('page', ScrapePage, ({ input }) => input),
  page.approve('review', Review, { assignee: 'ann', escalate: { after: '1d', to: 'bob' }, timeout: '3d' }),
  page.approve('review', Review, { onFailure: { substitute: { approved: false, at: '' } }, onTimeout: 'skip' }),
  approved.step('again', ScrapePage, ({ page, review }) => ({ url: review?.note ?? page.url })),
];
const definition = reviewed.build();
const approval = approved.build();
export const untyped: PipelineDefinition[] = [definition, slept];

/** A run knows what its steps wait for; one of an id takes any name. */
export async function answers(): Promise<boolean[]> {
  const run = await jobs.start(definition, { url: '' });
  const other: RunHandle = run;
  return [
    await run.signal('review', { approved: true, at: new Date() }),
    await other.signal('review', { anything: 1 }),
    await pipelines.handle(run.id).signal('any', {}),
    await jobs.signal(run.id, 'review', { approved: true }),
  ];
}

export async function people(): Promise<boolean[]> {
  const run = await jobs.start(approval, { url: '' });
  return [
    await run.approve('review', { approved: true, at: new Date() }, { by: 'ann' }),
    await run.reject('review', { by: 'ann', reason: 'no' }),
    await pipelines.handle(run.id).approve('any', {}, { by: 'ann' }),
  ];
}

const imaged = page.step('image', ProcessImage, ({ page }) => ({ src: page.url })).build();
const copied = page.run('copy', definition, ({ page }) => ({ url: page.url }));
export const children = [
  empty.run('copy', definition, ({ input }) => input),
  page.run('copy', definition, ({ page }) => page, { onFailure: 'skip', after: ['page'] }),
  page.run('copy', slept, ({ page }) => ({ url: page.url }), { when: ({ page }) => page.title !== '' }),
  page.run('copy', definition, ({ page }) => page, { onFailure: { substitute: { approved: false, at: '' } } }),
  page.run('images', imaged, ({ page }) => page, { undo: RemoveImage }),
  copied.step('again', ScrapePage, ({ page, copy }) => (copy.approved ? page : { url: copy.note ?? '' })),
];
export const copying: PipelineDefinition<PageRef, { approved: boolean; note?: string; at: string }> = copied.build();

// The output of the child, and nothing if it may fail or be left out.
page
  .run('copy', definition, ({ page }) => page, { onFailure: 'skip' })
  .step('again', ScrapePage, (results) => {
    isTrue<Equal<typeof results.copy, { approved: boolean; note?: string; at: string } | undefined>>();
    return results.page;
  });

export const refusedChildren = [
  // @ts-expect-error is missing the following properties from type 'PipelineDefinition<object, unknown, NoSteps
  page.run('copy', reviewed, ({ page }) => page),
  // @ts-expect-error Expected 3-4 arguments, but got 2
  page.run('copy', definition),
  // @ts-expect-error Property 'url' is missing in type
  page.run('copy', definition, ({ page }) => ({ uri: page.url })),
  // @ts-expect-error Property 'review' does not exist on type
  page.run('copy', definition, ({ review }) => review),
  // @ts-expect-error Property 'at' is missing in type
  page.run('copy', definition, ({ page }) => page, { onFailure: { substitute: { approved: false } } }),
  // @ts-expect-error 'timeout' does not exist in type
  page.run('copy', definition, ({ page }) => page, { timeout: '1h' }),
  // @ts-expect-error The step does not fill the payload { payload, result } of its undo handler
  page.run('copy', definition, ({ page }) => page, { undo: RemoveImage }),
  // @ts-expect-error Property 'title' does not exist on type
  copied.step('again', ScrapePage, ({ copy }) => ({ url: copy.title })),
];

export const refusedSleeps = [
  // @ts-expect-error Argument of type '"soon"' is not assignable to parameter of type
  page.sleep('pause', 'soon'),
  // @ts-expect-error Argument of type 'string' is not assignable to parameter of type
  page.sleep('pause', anyDuration),
  // @ts-expect-error Argument of type '1000' is not assignable to parameter of type
  page.sleep('pause', 1000),
  // @ts-expect-error Type 'string' is not assignable to type
  page.sleep('pause', ({ page }) => page.fetchedAt),
  // @ts-expect-error The pipeline has a step \"page\" already
  page.sleep('page', '1h'),
  // @ts-expect-error 'undo' does not exist in type
  page.sleep('pause', '1h', { undo: ScrapePage }),
  // @ts-expect-error 'queue' does not exist in type
  page.sleep('pause', '1h', { queue: 'web' }),
  // @ts-expect-error Property 'pause' does not exist on type
  paused.step('again', ScrapePage, ({ pause }) => pause),
  // @ts-expect-error Type '"paus"' is not assignable to type
  paused.step('again', ScrapePage, ({ input }) => input, { after: ['paus'] }),
];

export const refusedSignals = [
  // @ts-expect-error Expected 2-3 arguments, but got 1
  page.signal('review'),
  // @ts-expect-error 'approved' does not exist in type 'PayloadClass<object>'
  page.signal('review', { approved: true }),
  // @ts-expect-error Type '"ignore"' is not assignable to type
  page.signal('review', Review, { onTimeout: 'ignore' }),
  // @ts-expect-error Property 'at' is missing in type
  page.signal('review', Review, { onTimeout: { substitute: { approved: false } } }),
  // @ts-expect-error 'onFailure' does not exist in type
  page.signal('review', Review, { onFailure: 'skip' }),
  // @ts-expect-error is not assignable to type
  page.signal('review', Review, { timeout: 'soon' }),
  // @ts-expect-error Property 'isLate' does not exist on type
  reviewed.step('again', ScrapePage, ({ page, review }) => (review.isLate() ? page : page)),
  // @ts-expect-error 'review' is possibly 'undefined'
  optional.step('again', ScrapePage, ({ review }) => ({ url: `${review.approved}` })),
  // @ts-expect-error Property 'review' does not exist on type
  reviewed.step('again', ScrapePage, ({ review }) => review, { after: ['page'] }),
  // @ts-expect-error Type 'string' is not assignable to type 'number'
  reviewed.step('image', ProcessImage, ({ review }) => ({ src: '', width: review.at })),
  // @ts-expect-error Property 'images' is missing in type
  reviewed.step('stored', StorePage, ({ page }) => ({ page })),
];

export const refusedApprovals = [
  // @ts-expect-error Type 'number' is not assignable to type
  page.approve('review', Review, { assignee: 5 }),
  // @ts-expect-error Type 'number' is not assignable to type 'string'
  page.approve('review', Review, { assignee: ({ page }) => page.images.length }),
  // @ts-expect-error Property 'to' is missing in type
  page.approve('review', Review, { escalate: { after: '1d' } }),
  // @ts-expect-error 'review' is possibly 'undefined'
  approved.step('again', ScrapePage, ({ review }) => ({ url: `${review.approved}` })),
  // @ts-expect-error Property 'at' is missing in type
  page.approve('review', Review, { onFailure: { substitute: { approved: false } } }),
];

export async function refusedPeople(): Promise<boolean[]> {
  const run = await jobs.start(approval, { url: '' });
  return [
    // @ts-expect-error Argument of type '"review"' is not assignable to parameter of type 'never'
    await run.signal('review', { approved: true, at: new Date() }),
    // @ts-expect-error Argument of type '"page"' is not assignable to parameter of type '"review"'
    await run.reject('page', { by: 'ann' }),
    // @ts-expect-error Expected 3 arguments, but got 2
    await run.approve('review', { approved: true, at: new Date() }),
    // @ts-expect-error Property 'by' is missing in type
    await run.reject('review', { reason: 'no' }),
  ];
}

export async function refusedAnswers(): Promise<boolean[]> {
  const run = await jobs.start(definition, { url: '' });
  return [
    // @ts-expect-error Argument of type '"page"' is not assignable to parameter of type '"review"'
    await run.signal('page', { approved: true, at: new Date() }),
    // @ts-expect-error Property 'at' is missing in type
    await run.signal('review', { approved: true }),
    // @ts-expect-error Type 'string' is not assignable to type 'boolean'
    await run.signal('review', { approved: 'yes', at: new Date() }),
    // @ts-expect-error Argument of type '"review"' is not assignable to parameter of type 'never'
    await (await jobs.start(slept, { url: '' })).signal('review', {}),
  ];
}
