/** A pipeline: steps are job classes; what they hand on is checked by the compiler, and again at run time. */
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsArray, IsDefined, IsString, IsUrl, ValidateNested } from 'class-validator';
import { Container } from 'inversify';
import type { DataSource } from 'typeorm';
import { type Handler, JobHandler, Jobs, pipeline, rowlockModule, Worker } from '../../src/index.js';
import { fetching, PageRef, ScrapePage } from './job-type.js';

export class ImageRef {
  @IsUrl({ require_tld: false }) src!: string;
}

export interface ProcessedImage {
  readonly src: string;
  readonly widths: readonly number[];
}

@JobHandler({ name: 'process-image', payload: ImageRef, queue: 'images' })
export class ProcessImage implements Handler<ImageRef, ProcessedImage> {
  handle({ src }: ImageRef): ProcessedImage {
    return { src, widths: [320, 640, 1280] };
  }
}

export class PageContent {
  @IsUrl({ require_tld: false }) url!: string;
  @IsString() title!: string;
}

export class PageToStore {
  @IsDefined() @ValidateNested() @Type(() => PageContent) page!: PageContent;
  @IsArray() images!: ProcessedImage[];
}

export interface StoredPage {
  readonly url: string;
  readonly images: number;
}

@JobHandler({ name: 'store-page', payload: PageToStore })
export class StorePage implements Handler<PageToStore, StoredPage> {
  handle({ page, images }: PageToStore): StoredPage {
    return { url: page.url, images: images.length };
  }
}

export class StoredPageRef {
  @IsUrl({ require_tld: false }) url!: string;
}

export class PageToRemove {
  @IsDefined() @ValidateNested() @Type(() => StoredPageRef) result!: StoredPageRef;
}

@JobHandler({ name: 'remove-page', payload: PageToRemove })
export class RemovePage implements Handler<PageToRemove> {
  handle(_: PageToRemove): void {}
}

export const ingestPage = pipeline('ingest-page', { input: PageRef })
  .step('page', ScrapePage) // its payload is the input: checked
  .each('images', ProcessImage, ({ page }) => page.images) // fan-out: a job an item, each with its own retries
  .step('stored', StorePage, ({ page, images }) => ({ page: { url: page.url, title: page.title }, images }), {
    undo: RemovePage, // compensation, typed
  })
  .build();

/** Runs the pipeline in a container of the application's own, and gives what was seen and what came out. */
export async function ingest(dataSource: DataSource): Promise<{ events: string[]; stored: StoredPage }> {
  const container = new Container();
  const handlers = [ScrapePage, ProcessImage, StorePage, RemovePage];
  container.load(fetching, rowlockModule({ dataSource, handlers, pipelines: [ingestPage] }));
  const worker = container.get(Worker);
  await worker.start();
  try {
    const run = await container.get(Jobs).start(ingestPage, { url: 'https://example.com/' });
    const events: string[] = [];
    for await (const event of run.events()) events.push(`${event.step} ${event.state}`);
    return { events, stored: await run.result({ timeout: '30s' }) };
  } finally {
    await worker.stop();
  }
}
