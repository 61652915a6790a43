/** The handlers that the other pipeline cases are about. Their classes are as users write them. */
import { Type } from 'class-transformer';
import { Allow, IsArray, IsDate, IsIn, IsInt, IsOptional, IsString, IsUrl, ValidateNested } from 'class-validator';
import { JobHandler } from '../../src/decorators/job-handler.js';
import type { Json } from '../../src/core/json.js';
import type { Handler } from '../../src/registry/handler.js';
import type { JobContext } from '../../src/registry/job-context.js';

export class PageRef {
  @IsUrl() url!: string;
}

export interface Page {
  url: string;
  title: string;
  fetchedAt: Date;
  images: { src: string; alt: string | null }[];
  links?: string[];
}

@JobHandler({ name: 'scrape-page', payload: PageRef })
export class ScrapePage implements Handler<PageRef, Page> {
  async handle({ url }: PageRef, job: JobContext): Promise<Page> {
    await job.progress(1);
    return { url, title: '', fetchedAt: new Date(), images: [] };
  }
}

export class ImageRef {
  @IsString() src!: string;
  @IsOptional() @IsInt() width?: number;
  @IsOptional() @IsIn(['webp', 'avif']) format?: 'webp' | 'avif';
  @IsOptional() @IsInt({ each: true }) widths?: number[];

  describe(): string {
    return `${this.src} as ${this.format ?? 'webp'}`;
  }
}

export class ProcessedImage {
  @IsString() key!: string;
  @IsInt({ each: true }) widths!: number[];

  largest(): number {
    return Math.max(...this.widths);
  }
}

@JobHandler({ name: 'process-image', payload: ImageRef })
export class ProcessImage implements Handler<ImageRef, ProcessedImage> {
  handle({ src, widths = [] }: ImageRef): ProcessedImage {
    return Object.assign(new ProcessedImage(), { key: src, widths });
  }
}

class PageText {
  @IsUrl() url!: string;
  @IsString() title!: string;
}

export class PageContent {
  @ValidateNested() @Type(() => PageText) page!: PageText;
  @IsArray() @ValidateNested({ each: true }) @Type(() => ProcessedImage) images!: ProcessedImage[];
}

export class StoredPage {
  @IsString() id!: string;
  @IsDate() @Type(() => Date) storedAt!: Date;
}

@JobHandler({ name: 'store-page', payload: PageContent })
export class StorePage implements Handler<PageContent, StoredPage> {
  handle({ page }: PageContent): StoredPage {
    return { id: page.url, storedAt: new Date() };
  }
}

/** Declares the classes of the step, which revive what they hold. */
export class StoredPageToRemove {
  @ValidateNested() @Type(() => PageContent) payload!: PageContent;
  @ValidateNested() @Type(() => StoredPage) result!: StoredPage;
}

@JobHandler({ name: 'remove-page', payload: StoredPageToRemove })
export class RemovePage implements Handler<StoredPageToRemove> {
  async handle({ payload, result }: StoredPageToRemove, job: JobContext): Promise<void> {
    job.log.info('removed', { url: payload.page.url, after: Date.now() - result.storedAt.getTime() });
    await Promise.resolve();
  }
}

class ImageKey {
  @IsString() key!: string;
}

/** Declares a part of the result, and nothing of the payload. */
export class ImageToRemove {
  @ValidateNested() @Type(() => ImageKey) result!: ImageKey;
}

@JobHandler({ name: 'remove-image', payload: ImageToRemove })
export class RemoveImage implements Handler<ImageToRemove> {
  async handle({ result }: ImageToRemove, job: JobContext): Promise<void> {
    await job.progress(1, result.key);
  }
}

export class Period {
  @IsDate() @Type(() => Date) from!: Date;
  @IsOptional() @IsString() label?: string;
}

@JobHandler({ name: 'report', payload: Period })
export class Report implements Handler<Period, { rows: number; total: bigint; byDay: Map<string, number> }> {
  handle({ label = '' }: Period): { rows: number; total: bigint; byDay: Map<string, number> } {
    return { rows: label.length, total: 0n, byDay: new Map() };
  }
}

/** Another class with a field of the same name. */
export class Deadline {
  @IsDate() @Type(() => Date) from!: Date;
  @IsString() owner!: string;
}

@JobHandler({ name: 'remind', payload: Deadline })
export class Remind implements Handler<Deadline> {
  async handle({ owner }: Deadline, job: JobContext): Promise<void> {
    await job.progress(1, owner);
  }
}

export class Tree {
  @IsString() name!: string;
  @ValidateNested({ each: true }) @Type(() => Tree) children!: Tree[];
  @Allow() data!: Json;
}

@JobHandler({ name: 'grow', payload: Tree })
export class Grow implements Handler<Tree, Tree> {
  handle(tree: Tree): Tree {
    return tree;
  }
}

/** No class and no method: neither can be a handler. */
export class NotAHandler {
  readonly name = 'not-a-handler';
}
