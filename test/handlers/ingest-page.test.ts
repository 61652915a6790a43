import { describe, expect, it } from '@jest/globals';
import { ingestPage, PageRef, ProcessImage, RemovePage, ScrapePage, StorePage } from '../../handlers/index.js';

describe('ingestPage', () => {
  it('scrapes, processes each image, stores', () => {
    expect(ingestPage).toMatchObject({ name: 'ingest-page', inputClass: PageRef });
    expect(ingestPage.steps).toMatchObject([
      { name: 'page', kind: 'one', handlerClass: ScrapePage, after: [], undo: null },
      { name: 'images', kind: 'each', handlerClass: ProcessImage, after: ['page'], onItemFailure: 'skip', undo: null },
      { name: 'stored', kind: 'one', handlerClass: StorePage, after: ['images'], undo: RemovePage },
    ]);
  });

  it('hands on the images of the page, and leaves out those that failed', () => {
    const [, images, stored] = ingestPage.steps;
    const page = { url: 'https://site.example/', images: [{ url: 'https://site.example/a.png', alt: '' }] };
    expect(images?.input?.({ input: {}, page })).toEqual(page.images);
    const whole = { sha256: 'a' };
    expect(stored?.input?.({ input: {}, page, images: [undefined, whole, undefined] })).toEqual({
      page,
      images: [whole],
    });
  });
});
