import { describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { JobHandler } from '../../src/decorators/job-handler.js';
import type { Handler } from '../../src/registry/handler.js';
import { HandlerRegistry } from '../../src/registry/handler-registry.js';
import { PipelineRegistry } from '../../src/registry/pipeline-registry.js';

class PageRef {
  @IsString() url!: string;
}

@JobHandler({ name: 'scrape-page', payload: PageRef })
class ScrapePage implements Handler<PageRef, PageRef> {
  handle(page: PageRef): PageRef {
    return page;
  }
}

class StoredPage {
  @IsString() result!: string;
}

@JobHandler({ name: 'store-page', payload: PageRef })
class StorePage implements Handler<PageRef, string> {
  handle({ url }: PageRef): string {
    return url;
  }
}

@JobHandler({ name: 'remove-page', payload: StoredPage })
class RemovePage implements Handler<StoredPage> {
  async handle(_: StoredPage): Promise<void> {
    await Promise.resolve();
  }
}

const begun = pipeline('ingest-page', { input: PageRef }).step('page', ScrapePage);
const first = begun.build();
const second = begun.step('stored', StorePage, ({ page }) => page, { undo: RemovePage }).build();
const handlers = new HandlerRegistry([ScrapePage, StorePage, RemovePage]);

describe('PipelineRegistry', () => {
  it('finds a pipeline by its name and version, older versions too', () => {
    const registry = new PipelineRegistry<PipelineDefinition>([first, second], handlers);
    expect(registry.find('ingest-page', first.version)).toBe(first);
    expect(registry.find('ingest-page', second.version)).toBe(second);
    expect(registry.find('ingest-page', '000000000000')).toBeUndefined();
    expect(registry.find('ingest-site', first.version)).toBeUndefined();
    expect(registry.definitions).toEqual([first, second]);
  });

  it('takes a definition that is passed twice for one', () => {
    expect(new PipelineRegistry([first, first], handlers).definitions).toEqual([first]);
  });

  it('refuses two definitions of one name and version, for runs could not tell them apart', () => {
    const other = pipeline('ingest-page', { input: PageRef })
      .step('page', ScrapePage, ({ input }) => input)
      .build();
    expect(() => new PipelineRegistry([first, other], handlers)).toThrow(
      expect.objectContaining({
        code: 'PIPELINE_DUPLICATE',
        message: expect.stringMatching(/^Two pipelines are named "ingest-page"/) as unknown,
      }),
    );
  });

  it('names every step whose handler or undo handler is not registered', () => {
    expect(() => new PipelineRegistry([second], new HandlerRegistry([ScrapePage]))).toThrow(
      expect.objectContaining({
        code: 'PIPELINE_INVALID',
        message:
          'Pipeline "ingest-page" has handlers that are not registered: step "stored" needs StorePage, step "stored" ' +
          'is undone by RemovePage. Pass these classes to createContainer({ handlers }).',
      }),
    );
  });

  it.each([
    ['a builder', begun],
    ['nothing, as a cycle of imports leaves it', undefined],
  ])('refuses %s', (_, value) => {
    expect(() => new PipelineRegistry([value as unknown as PipelineDefinition], handlers)).toThrow(
      expect.objectContaining({
        code: 'PIPELINE_INVALID',
        message: expect.stringContaining('Pass what .build() returns') as unknown,
      }),
    );
  });
});
