/** A pipeline: steps are job classes; what they hand on is checked by the compiler, and again at run time. */
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsArray, IsDefined, IsString, IsUrl, ValidateNested } from 'class-validator';
import { Container, inject } from 'inversify';
import type { DataSource } from 'typeorm';
import { type Handler, type JobContext, JobHandler, Jobs, pipeline, rowlockModule, Worker } from '../../src/index.js';
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

export class StoredPage {
  @IsUrl({ require_tld: false }) url!: string;
  @IsString() title!: string;
}

/** Where pages are kept; an application would have a table. */
export class Archive {
  readonly pages = new Map<string, number>();
}

@JobHandler({ name: 'store-page', payload: PageToStore })
export class StorePage implements Handler<PageToStore, StoredPage> {
  constructor(@inject(Archive) private readonly archive: Archive) {}

  handle({ page, images }: PageToStore): StoredPage {
    this.archive.pages.set(page.url, images.length);
    return { url: page.url, title: page.title };
  }
}

/** What an undo handler may ask for: the `payload` of its step, and the `result`. */
export class PageToRemove {
  @IsDefined() @ValidateNested() @Type(() => StoredPage) result!: StoredPage;
}

@JobHandler({ name: 'remove-page', payload: PageToRemove })
export class RemovePage implements Handler<PageToRemove> {
  constructor(@inject(Archive) private readonly archive: Archive) {}

  handle({ result }: PageToRemove): void {
    this.archive.pages.delete(result.url);
  }
}

@JobHandler({ name: 'announce-page', payload: StoredPage })
export class AnnouncePage implements Handler<StoredPage, string> {
  handle({ title }: StoredPage, job: JobContext): string {
    if (title.startsWith('secret.')) throw job.discard('secret pages are not announced');
    return `new: ${title}`;
  }
}

export const ingestPage = pipeline('ingest-page', { input: PageRef })
  .step('page', ScrapePage) // its payload is the input: checked
  .each('images', ProcessImage, ({ page }) => page.images) // fan-out: a job an item, each with its own retries
  .step('stored', StorePage, ({ page, images }) => ({ page: { url: page.url, title: page.title }, images }), {
    undo: RemovePage, // compensation, typed
  })
  .step('announced', AnnouncePage, ({ stored }) => stored)
  .build();

/** What was seen of a run, how it ended, and what is in the archive then. */
export interface Ingestion {
  readonly events: readonly string[];
  readonly outcome: string;
  readonly archived: readonly string[];
}

/** Runs the pipeline for a page, in a container that an application has for its own services. */
export async function ingest(dataSource: DataSource, url: string): Promise<Ingestion> {
  const container = new Container();
  container.bind(Archive).toSelf().inSingletonScope();
  const handlers = [ScrapePage, ProcessImage, StorePage, RemovePage, AnnouncePage];
  container.load(fetching, rowlockModule({ dataSource, handlers, pipelines: [ingestPage] }));
  const worker = container.get(Worker);
  await worker.start();
  try {
    const run = await container.get(Jobs).start(ingestPage, { url });
    const events: string[] = [];
    for await (const event of run.events()) events.push(`${event.step} ${event.state}`);
    const outcome = await run.result({ timeout: '30s' }).catch((error: Error) => error.message);
    return { events, outcome, archived: [...container.get(Archive).pages.keys()] };
  } finally {
    await worker.stop();
  }
}
