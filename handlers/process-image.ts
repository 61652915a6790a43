import { inject } from 'inversify';
import { BlobStore, JobHandler, Retry, Timeout, type Handler, type JobContext } from '../src/index.js';
import { PermanentFetchError } from './http/fetch-error.js';
import { politeBackoff } from './http/polite-backoff.js';
import { HttpFetcher } from './http-fetcher.js';
import { ImageError } from './image/image-error.js';
import { readImage, toWebp } from './image/read-image.js';
import { ImageRef } from './payloads/image-ref.js';
import type { ImageVariant, ProcessedImage } from './payloads/processed-image.js';
import { sha256 } from './storage/sha256.js';

/** What is fetched: no SVG (it can refer to files and expand without limit), no TIFF. */
const WANTED = ['image/avif', 'image/webp', 'image/png', 'image/jpeg', 'image/jpg', 'image/gif'];

/** Widths that are made, in pixels; an original narrower than one of them is kept at its own width. */
const WIDTHS = [320, 640, 1280];

/** Fetches an image, measures it, and stores up to three sizes of it as WebP in the `BlobStore`. */
@JobHandler({ name: 'process-image', payload: ImageRef, queue: 'images' })
@Retry({ attempts: 4, backoff: politeBackoff, unless: [PermanentFetchError, ImageError] })
@Timeout('2m')
export class ProcessImage implements Handler<ImageRef, ProcessedImage> {
  constructor(
    @inject(HttpFetcher) private readonly fetcher: HttpFetcher,
    @inject(BlobStore) private readonly blobs: BlobStore,
  ) {}

  async handle({ url, alt }: ImageRef, job: JobContext): Promise<ProcessedImage> {
    const { body } = await this.fetcher.get(url, { accept: WANTED, signal: job.signal });
    const { format, width, height } = await readImage(body);
    const variants: ImageVariant[] = [];
    for (const target of targetWidths(width)) {
      job.signal.throwIfAborted();
      variants.push(await this.makeVariant(body, target));
      await job.progress(variants.length / WIDTHS.length, `${target} pixels wide`);
    }
    return { url, alt, sha256: sha256(body), format, width, height, bytes: body.length, variants };
  }

  private async makeVariant(original: Buffer, target: number): Promise<ImageVariant> {
    const { content, width, height } = await toWebp(original, target);
    return { width, height, blob: await this.blobs.put(content, { type: 'image/webp' }) };
  }
}

/** The widths to make, none wider than the original and each once. */
function targetWidths(original: number): number[] {
  return [...new Set(WIDTHS.map((width) => Math.min(width, original)))];
}
