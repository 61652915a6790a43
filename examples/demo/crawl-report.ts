import { In, type DataSource } from 'typeorm';
import { ScrapedPage } from '../../handlers/index.js';
import type { Visit } from './visit.js';

/** A page as it is stored now. */
export interface StoredRow {
  readonly url: string;
  readonly title: string;
  readonly images: number;
  /** Fetched: the HTML and the images. */
  readonly bytesIn: number;
  /** Kept: the images in all their sizes. */
  readonly bytesOut: number;
  readonly ms: number;
}

/** A page or image that did not work. */
export interface Failure {
  readonly kind: 'page' | 'image';
  readonly url: string;
  readonly reason: string;
}

/** What a crawl has brought. */
export interface CrawlReport {
  readonly rows: readonly StoredRow[];
  readonly failures: readonly Failure[];
}

/** Reads what the visits have left in the database. Two that were led to the same page count once. */
export async function crawlReport(dataSource: DataSource, visits: readonly Visit[]): Promise<CrawlReport> {
  const byAddress = new Map(visits.map((visit) => [visit.storedAs, visit]));
  const addresses = [...byAddress.keys()].filter((address) => address !== null);
  const pages = await dataSource
    .getRepository(ScrapedPage)
    .find({ where: { url: In(addresses) }, relations: { images: true } });
  const stored = new Map(pages.map((page) => [page.url, page]));
  return {
    rows: addresses.flatMap((address) => {
      const page = stored.get(address);
      return page ? [rowOf(page, byAddress.get(address)?.ms ?? 0)] : [];
    }),
    failures: visits.flatMap(({ url, failure, leftOut }) => [
      ...(failure === null ? [] : [{ kind: 'page' as const, url, reason: failure }]),
      ...leftOut.map((image) => ({ kind: 'image' as const, ...image })),
    ]),
  };
}

function rowOf({ url, title, images, bytes }: ScrapedPage, ms: number): StoredRow {
  const variants = images.flatMap((image) => image.variants.map(({ blob }) => ({ bytes: blob.size })));
  return {
    url,
    title: title ?? '',
    images: images.length,
    bytesIn: bytes + sumOfBytes(images),
    bytesOut: sumOfBytes(variants),
    ms,
  };
}

function sumOfBytes(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
