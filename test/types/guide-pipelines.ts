/** The programs of docs/pipelines.md: the page is held against this file. */
import { text } from 'node:stream/consumers';
import { Type } from 'class-transformer';
import { IsUrl, ValidateNested } from 'class-validator';
import type { Approvals, Jobs, Pipelines } from '../../src/index.js';
import { BlobRef, BlobStore, defineHandler, NoPayload, pipeline } from '../../src/index.js';
import { PageRef, ProcessImage, ScrapePage, StorePage } from './pipeline-handlers.js';

export const ingest = pipeline('ingest', { input: PageRef })
  .step('page', ScrapePage)
  .each('images', ProcessImage, ({ page }) => page.images, { after: ['page'] })
  .step('copy', ScrapePage, ({ page }) => ({ url: page.url }), { after: ['page'] })
  .step('stored', StorePage, ({ copy, images }) => ({ page: copy, images }), { after: ['images', 'copy'] })
  .build();

export const translated = pipeline('translated', { input: PageRef })
  .step('page', ScrapePage)
  .step('cover', ProcessImage, ({ page }) => ({ src: page.url }), { when: ({ page }) => page.title !== '' })
  .step('thumbnail', ProcessImage, ({ cover }) => ({ src: cover.key }), { afterSkipped: 'skip' })
  .step('stored', StorePage, ({ page, thumbnail }) => ({ page, images: thumbnail ? [thumbnail] : [] }))
  .build();

export const totalWidths = defineHandler({
  name: 'total-widths',
  payload: NoPayload,
  async handle(_, job) {
    let widths = 0;
    for await (const { result } of job.results(ProcessImage, 'images')) widths += result?.widths.length ?? 0;
    return widths;
  },
});

export const gallery = pipeline('gallery', { input: PageRef })
  .step('page', ScrapePage)
  .each('images', ProcessImage, ({ page }) => page.images, { results: 'stream', onItemFailure: 'skip' })
  .step('widths', totalWidths, () => ({}), { when: ({ images }) => images.count > 0 })
  .build();

class Confirmation {
  @IsUrl() url!: string;
}

export const reminded = pipeline('reminded', { input: PageRef })
  .step('page', ScrapePage)
  .sleep('a-day', '1d')
  .signal('confirmed', Confirmation, { timeout: '3d', onTimeout: 'skip' })
  .step('again', ScrapePage, ({ page, confirmed }) => ({ url: confirmed?.url ?? page.url }))
  .build();

export async function confirm(jobs: Jobs): Promise<void> {
  const run = await jobs.start(reminded, { url: 'https://example.com' });
  const inTime = await run.signal('confirmed', { url: 'https://example.com/2' });
  console.log(inTime, await jobs.signal(run.id, 'confirmed', { url: 'https://example.com/3' })); // true, false
}

export const contract = pipeline('contract', { input: PageRef })
  .step('page', ScrapePage)
  .approve('legal', Confirmation, { assignee: 'legal', timeout: '5d', escalate: { after: '2d', to: 'head-of-legal' } })
  .step('again', ScrapePage, ({ legal }) => legal)
  .build();

export async function ask(jobs: Jobs, approvals: Approvals): Promise<void> {
  const run = await jobs.start(contract, { url: 'https://example.com' });
  for (const { runId, step, dueAt } of await approvals.pending({ assignee: 'legal' })) console.log(runId, step, dueAt);
  const token = approvals.token({ run: run.id, step: 'legal', person: 'ann@example.com', expiresIn: '2d' });
  console.log(`https://example.com/approve?token=${token}`); // to be mailed; whoever opens it may:
  await approvals.answer(token, { url: 'https://example.com/2' });
  await run.reject('legal', { by: 'bob@example.com', reason: 'too late' }); // false: it has its answer
}

export const twice = pipeline('twice', { input: PageRef })
  .step('page', ScrapePage)
  .run('copy', ingest, ({ page }) => ({ url: page.url }), { onFailure: 'skip' })
  .step('again', ScrapePage, ({ page, copy }) => ({ url: copy?.id ?? page.url }))
  .build();

export async function order(jobs: Jobs): Promise<void> {
  const run = await jobs.start(ingest, { url: 'https://example.com' }, { timeout: '1h', unique: 'example.com' });
  for await (const { step, item, state } of run.events()) console.log(step, item, state);
  console.log(await run.result({ timeout: '2h' }), run.existing);
}

export async function repeat(pipelines: Pipelines, id: string): Promise<void> {
  const run = pipelines.handle(id, ingest);
  await run.retry();
  const fork = await run.fork({ from: 'images' });
  const other = await run.rerun({ input: { url: 'https://example.com/other' } });
  console.log(fork.id, other.id);
}

export const visitPage = defineHandler({
  name: 'visit-page',
  payload: PageRef,
  version: 2,
  upcast: { 1: ({ uri }: { uri: string }) => ({ url: uri }) },
  handle: ({ url }) => url.length,
});

class ArchivedPage {
  @ValidateNested() @Type(() => BlobRef) body!: BlobRef;
}

export const archivePage = defineHandler({
  name: 'archive-page',
  payload: PageRef,
  inject: [BlobStore],
  async handle({ url }, job, [blobs]) {
    const { body } = await fetch(url, { signal: job.signal });
    return { body: await blobs.put(body ?? Buffer.alloc(0), { type: 'text/html' }) };
  },
});

export const countWords = defineHandler({
  name: 'count-words',
  payload: ArchivedPage,
  inject: [BlobStore],
  handle: async ({ body }, _, [blobs]) => (await text(await blobs.get(body))).split(/\s+/).length,
});
