import { describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import { HandlerNotFoundError } from '../../src/core/errors.js';
import { JobHandler } from '../../src/decorators/job-handler.js';
import type { Handler } from '../../src/registry/handler.js';
import { HandlerRegistry } from '../../src/registry/handler-registry.js';

class PageRef {
  @IsString() url!: string;
}

@JobHandler({ name: 'scrape-page', payload: PageRef })
class ScrapePage implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

@JobHandler({ name: 'store-page', payload: PageRef })
class StorePage implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

describe('the registry', () => {
  it('finds handlers by name and by class', () => {
    const registry = new HandlerRegistry([ScrapePage, StorePage]);
    expect(registry.get('store-page')).toBe(registry.get(StorePage));
    expect(registry.find('scrape-page')?.handlerClass).toBe(ScrapePage);
    expect(registry.definitions.map(({ name }) => name)).toEqual(['scrape-page', 'store-page']);
  });

  it('takes a class that is passed twice once', () => {
    expect(new HandlerRegistry([ScrapePage, ScrapePage]).definitions).toHaveLength(1);
  });

  it('says what is registered when it is asked for another', () => {
    const registry = new HandlerRegistry([StorePage]);
    expect(registry.find('scrape-page')).toBeUndefined();
    for (const wanted of ['scrape-page', ScrapePage]) {
      expect(() => registry.get(wanted)).toThrow(HandlerNotFoundError);
      expect(() => registry.get(wanted)).toThrow(
        'No handler is registered for job "scrape-page" (registered: "store-page").',
      );
    }
    class Bare {
      handle(): void {}
    }
    expect(() => registry.get(Bare)).toThrow('job "Bare"');
    expect(() => registry.get('toString')).toThrow(HandlerNotFoundError);
  });

  it('names both classes of a duplicate name', () => {
    @JobHandler({ name: 'scrape-page', payload: PageRef })
    class Scraper implements Handler<PageRef> {
      handle(_: PageRef): void {}
    }
    expect(() => new HandlerRegistry([ScrapePage, Scraper])).toThrow(
      expect.objectContaining({
        code: 'HANDLER_DUPLICATE',
        message: 'Handlers ScrapePage and Scraper are both named "scrape-page". Rename one, or pass only one of them.',
      }),
    );
  });

  it('knows a name that was inherited, and a class that was loaded twice', () => {
    class Inheritor extends ScrapePage {}
    expect(() => new HandlerRegistry([ScrapePage, Inheritor])).toThrow(
      'One extends the other and inherits its name: give it a @JobHandler of its own',
    );
    expect(new HandlerRegistry([Inheritor]).get('scrape-page').handlerClass).toBe(Inheritor);
    const twin = (() => {
      @JobHandler({ name: 'scrape-page', payload: PageRef })
      class ScrapePage implements Handler<PageRef> {
        handle(_: PageRef): void {}
      }
      return ScrapePage;
    })();
    expect(() => new HandlerRegistry([ScrapePage, twin])).toThrow('is one file loaded as .ts and as .js?');
  });
});
