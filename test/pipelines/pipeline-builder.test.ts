import { describe, expect, it } from '@jest/globals';
import { IsOptional, IsString } from 'class-validator';
import { DefinitionError } from '../../src/core/errors.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { orderOf } from '../../src/pipelines/pipeline-order.js';
import { stepOf } from '../../src/pipelines/step-of.js';
import { defineHandler } from '../../src/registry/define-handler.js';

class PageRef {
  @IsString() url!: string;
}

class ImageRef {
  @IsString() src!: string;
  @IsOptional() @IsString() alt?: string;
}

class StoredImage {
  @IsOptional() result!: { key: string };
}

const ScrapePage = defineHandler({
  name: 'scrape-page',
  payload: PageRef,
  handle: ({ url }) => ({ url, images: [{ src: `${url}/logo.png` }] }),
});
const ProcessImage = defineHandler({
  name: 'process-image',
  payload: ImageRef,
  handle: ({ src }) => ({ key: src, tags: [src] }),
});
const RemoveImage = defineHandler({ name: 'remove-image', payload: StoredImage, handle: () => undefined });

class Undecorated {
  handle(_: PageRef): void {}
}

const empty = pipeline('ingest-page', { input: PageRef });
const ingestPage = empty
  .step('page', ScrapePage, { queue: 'web', timeout: '5m' })
  .each('images', ProcessImage, ({ page }) => page.images, { onItemFailure: 'skip', undo: RemoveImage })
  .step('cover', ProcessImage, ({ page, images }) => ({ src: images[0]?.key ?? page.url }), { undo: RemoveImage })
  .build();

const thrownBy = (build: () => unknown): unknown => {
  try {
    return build();
  } catch (thrown) {
    return thrown;
  }
};

describe('build', () => {
  it('makes a definition of what the builder was told', () => {
    expect(ingestPage).toEqual({
      name: 'ingest-page',
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
      inputClass: PageRef,
      steps: [
        {
          name: 'page',
          kind: 'one',
          handlerClass: ScrapePage,
          input: null,
          after: [],
          before: [],
          reads: [],
          afterSkipped: 'run',
          when: null,
          onFailure: 'fail',
          onItemFailure: 'fail',
          results: 'array',
          concurrency: null,
          onTimeout: 'fail',
          answerClass: null,
          child: null,
          undo: null,
          options: { queue: 'web', timeout: '5m' },
        },
        {
          name: 'images',
          kind: 'each',
          handlerClass: ProcessImage,
          input: expect.any(Function),
          after: ['page'],
          before: ['page'],
          reads: ['page'],
          afterSkipped: 'run',
          when: null,
          onFailure: 'fail',
          onItemFailure: 'skip',
          results: 'array',
          concurrency: null,
          onTimeout: 'fail',
          answerClass: null,
          child: null,
          undo: RemoveImage,
          options: {},
        },
        {
          name: 'cover',
          kind: 'one',
          handlerClass: ProcessImage,
          input: expect.any(Function),
          after: ['images'],
          before: ['page', 'images'],
          reads: ['page', 'images'],
          afterSkipped: 'run',
          when: null,
          onFailure: 'fail',
          onItemFailure: 'fail',
          results: 'array',
          concurrency: null,
          onTimeout: 'fail',
          answerClass: null,
          child: null,
          undo: RemoveImage,
          options: {},
        },
      ],
    });
  });

  it('keeps the callbacks, which read results by the names of steps', () => {
    const results = { input: { url: '/' }, page: { url: '/', images: [{ src: 'a' }] }, images: [undefined] };
    expect(ingestPage.steps.map((step) => step.input?.(results))).toEqual([undefined, [{ src: 'a' }], { src: '/' }]);
  });

  it('freezes all of it', () => {
    const substitute = { key: 'none', tags: ['a'] };
    const { steps } = empty.each('images', ProcessImage, () => [], { onItemFailure: { substitute } }).build();
    const policy = steps[0]?.onItemFailure as { substitute: typeof substitute };
    const parts = [ingestPage, ingestPage.steps, ...ingestPage.steps, ingestPage.steps[0]?.options, steps[0]?.after];
    expect(
      [...parts, policy, policy.substitute, policy.substitute.tags].filter((part) => !Object.isFrozen(part)),
    ).toEqual([]);
    expect(Object.isFrozen(substitute)).toBe(false);
  });

  it('leaves a builder as it was, so that two pipelines may begin alike', () => {
    const begun = empty.step('page', ScrapePage);
    const first = begun.step('again', ScrapePage, ({ page }) => page).build();
    const second = begun.each('images', ProcessImage, ({ page }) => page.images).build();
    expect(first.steps.map(({ name }) => name)).toEqual(['page', 'again']);
    expect(second.steps.map(({ name }) => name)).toEqual(['page', 'images']);
  });

  it('keeps a substitute in the form in which it will be read', () => {
    const substitute = { key: 'none', tags: [], at: new Date(0), left: undefined };
    const { steps } = empty.each('images', ProcessImage, () => [], { onItemFailure: { substitute } }).build();
    expect(steps[0]?.onItemFailure).toStrictEqual({
      substitute: { key: 'none', tags: [], at: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('places each step after those that it names, and knows what is over by then', () => {
    const definition = empty
      .step('a', ScrapePage)
      .step('b', ScrapePage, ({ input }) => input, { after: [] })
      .step('c', ScrapePage, ({ a }) => a, { after: ['a'] })
      .step('d', ScrapePage, ({ c }) => c, {
        after: ['c', 'b'],
        afterSkipped: 'skip',
        when: () => true,
        onFailure: 'skip',
      })
      .step('e', ScrapePage, ({ d }) => ({ url: d?.url ?? '' }))
      .step('f', ScrapePage, ({ b }) => b, { after: ['b'] })
      .build();
    expect(definition.steps.map(({ name, after, before }) => [name, after, before])).toEqual([
      ['a', [], []],
      ['b', [], []],
      ['c', ['a'], ['a']],
      ['d', ['c', 'b'], ['a', 'b', 'c']],
      ['e', ['d'], ['a', 'b', 'c', 'd']],
      ['f', ['b'], ['b']],
    ]);
    expect(definition.steps[3]).toMatchObject({ afterSkipped: 'skip', when: expect.any(Function), onFailure: 'skip' });
    expect(orderOf(definition)).toEqual({
      ends: ['e', 'f'],
      gates: new Set(),
      skippable: new Set(['d']),
      successors: new Map([
        ['a', 2],
        ['d', 4],
      ]),
    });
    expect(orderOf(ingestPage)).toEqual({
      ends: ['cover'],
      gates: new Set(['page', 'images', 'cover']),
      skippable: new Set(),
      successors: new Map([['images', 2]]),
    });
  });

  it('leaves out options that are undefined', () => {
    const { steps } = empty.step('page', ScrapePage, { queue: undefined, attempts: 3 }).build();
    expect(steps[0]?.options).toStrictEqual({ attempts: 3 });
  });
});

describe('version', () => {
  const each = (substitute: { key: string; tags: string[] }) =>
    empty.each('images', ProcessImage, () => [], { onItemFailure: { substitute } }).build().version;

  it('is kept with every run, so that it must never come out otherwise for the same steps', () => {
    expect(ingestPage.version).toBe('52294f18a8c4');
  });

  it('stays when callbacks and job options change', () => {
    const { version } = empty.step('page', ScrapePage).build();
    expect(empty.step('page', ScrapePage, ({ input }) => input, { queue: 'web', attempts: 9 }).build().version).toBe(
      version,
    );
  });

  it('does not depend on the order of fields', () => {
    expect(each({ key: 'a', tags: [] })).toBe(each({ tags: [], key: 'a' }));
  });

  const twice = (options: object) =>
    empty
      .step('page', ScrapePage)
      .step('again', ScrapePage, ({ input }) => input, options)
      .build().version;

  it('is the same for an edge or a policy that is written out, and whatever a condition says', () => {
    expect(twice({ after: ['page'], afterSkipped: 'run', onFailure: 'fail', when: undefined })).toBe(twice({}));
    expect(twice({ when: () => true })).toBe(twice({ when: () => false }));
  });

  it('is the same whatever the options of the jobs', () => {
    const items = () => [{ src: '' }];
    const limited = empty.each('page', ProcessImage, items, { concurrency: 3, queue: 'web', attempts: 2 }).build();
    expect(limited.version).toBe(empty.each('page', ProcessImage, items).build().version);
  });

  it('is another for every other shape', () => {
    const items = () => [{ src: '' }];
    const image = () => ({ src: '' });
    const versions = [
      empty.step('page', ScrapePage).build().version,
      empty.step('site', ScrapePage).build().version,
      pipeline('ingest-site', { input: PageRef }).step('page', ScrapePage).build().version,
      empty.step('page', ProcessImage, image).build().version,
      empty.step('page', ProcessImage, image, { undo: RemoveImage }).build().version,
      empty.each('page', ProcessImage, items).build().version,
      empty.each('page', ProcessImage, items, { onItemFailure: 'skip' }).build().version,
      empty
        .step('page', ScrapePage)
        .step('again', ScrapePage, ({ page }) => page)
        .build().version,
      empty
        .step('again', ScrapePage)
        .step('page', ScrapePage, ({ again }) => again)
        .build().version,
      each({ key: 'a', tags: [] }),
      each({ key: 'b', tags: [] }),
      ...[
        { after: [] as const },
        { afterSkipped: 'skip' as const },
        { when: () => true },
        { onFailure: 'skip' as const },
        { onFailure: { substitute: { url: '', images: [] } } },
      ].map((options) => twice(options)),
    ];
    expect(new Set(versions).size).toBe(versions.length);
  });
});

describe('what the compiler would refuse', () => {
  /** The builder as JavaScript sees it. */
  interface Untyped {
    step(...args: unknown[]): Untyped;
    each(...args: unknown[]): Untyped;
    build(): PipelineDefinition;
  }
  const untyped = (name: unknown = 'ingest-page', input: unknown = PageRef) =>
    pipeline(name as string, { input: input as typeof PageRef }) as unknown as Untyped;
  const page = () => untyped().step('page', ScrapePage);
  const same = (results: unknown) => results;
  const again = (options: unknown) => page().step('again', ScrapePage, same, options);
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;

  const STEP = /^Pipeline "ingest-page", step "page": /;
  const AGAIN = /^Pipeline "ingest-page", step "again": /;
  const cases: [string, () => Untyped, RegExp, RegExp][] = [
    ['a bad name', () => untyped('Ingest page').step('page', ScrapePage), /^Pipeline "Ingest page": /, /a letter\.$/],
    ['no name', () => untyped(null).step('page', ScrapePage), /^Pipeline null: /, /the name of a pipeline is 1 to 63/],
    [
      'an input that is no class',
      () => untyped('ingest-page', {}),
      /^Pipeline "ingest-page": /,
      /its input is no class/,
    ],
    ['no steps', () => untyped(), /^Pipeline "ingest-page": /, /it has no steps/],
    [
      'a bad name of a step',
      () => untyped().step('Page', ScrapePage),
      /, step "Page": /,
      /the name of a step is 1 to 63/,
    ],
    ['no name of a step', () => untyped().step(undefined, ScrapePage), /, step undefined: /, /the name of a step/],
    ['a step named input', () => untyped().step('input', ScrapePage), /, step "input": /, /Name the step otherwise/],
    ['a name twice', () => page().step('page', ScrapePage, () => ({})), STEP, /two steps of that name/],
    ['an undecorated handler', () => untyped().step('page', Undecorated), STEP, /Undecorated .*no @JobHandler/],
    ['no handler', () => untyped().step('page', undefined), STEP, /two modules import each other/],
    ['an undecorated undo', () => untyped().step('page', ScrapePage, { undo: Undecorated }), STEP, /its undo handler/],
    ['a second step without callback', () => page().step('again', ScrapePage), AGAIN, /only the first step/],
    ['the same with options', () => page().step('again', ScrapePage, { queue: 'web' }), AGAIN, /only the first step/],
    ['an each without callback', () => untyped().each('page', ScrapePage), STEP, /returns the array of items/],
    ['an each with options only', () => untyped().each('page', ScrapePage, {}), STEP, /no callback/],
    ['text as callback', () => page().step('again', ScrapePage, 'page'), AGAIN, /third argument is no callback/],
    ['options twice', () => untyped().step('page', ScrapePage, {}, {}), STEP, /third argument is no callback/],
    ['null for a callback', () => page().step('again', ScrapePage, null, null), AGAIN, /only the first step/],
    ['an async callback', () => page().step('again', ScrapePage, async () => ({})), AGAIN, /callback is async/],
    ['an unknown option', () => untyped().step('page', ScrapePage, { quue: 'web' }), STEP, /no option "quue"/],
    ['an inherited option', () => untyped().step('page', ScrapePage, { toString: 1 }), STEP, /no option "toString"/],
    ['a bad queue', () => untyped().step('page', ScrapePage, { queue: 'Web' }), STEP, /queue "Web"/],
    ['a bad priority', () => untyped().step('page', ScrapePage, { priority: 10 }), STEP, /priority 10 .* 0 to 9/],
    ['a broken priority', () => untyped().step('page', ScrapePage, { priority: 0.5 }), STEP, /priority 0\.5/],
    ['a bad timeout', () => untyped().step('page', ScrapePage, { timeout: '5 minutes' }), STEP, /is no duration/],
    ['a timeout in milliseconds', () => untyped().step('page', ScrapePage, { timeout: 5000 }), STEP, /is no duration/],
    ['no time', () => untyped().step('page', ScrapePage, { timeout: '0s' }), STEP, /timeout "0s" is not between/],
    ['too much time', () => untyped().step('page', ScrapePage, { timeout: '30d' }), STEP, /timeout "30d" is not/],
    ['no attempts', () => untyped().step('page', ScrapePage, { attempts: 0 }), STEP, /attempts 0 .* 1 to 1000/],
    [
      'no array of names',
      () => page().step('again', ScrapePage, same, { after: 'page' }),
      AGAIN,
      /its after is "page"/,
    ],
    ['an unknown step to come after', () => again({ after: ['pge'] }), AGAIN, /comes after "pge", and no step before/],
    ['itself to come after', () => again({ after: ['again'] }), AGAIN, /comes after "again", .* wait for each other/],
    ['a later step', () => again({ after: ['last'] }).step('last', ScrapePage, same), AGAIN, /comes after "last", /],
    ['no name to come after', () => again({ after: [undefined] }), AGAIN, /comes after undefined, /],
    ['a name to come after twice', () => again({ after: ['page', 'page'] }), AGAIN, /names a step twice/],
    ['a step after the input', () => again({ after: ['input'] }), AGAIN, /comes after "input", /],
    ['a root without callback', () => page().step('again', ScrapePage, { after: [] }), AGAIN, /only the first step/],
    ['a when that is no callback', () => again({ when: true }), AGAIN, /its when is no callback/],
    ['null for a when', () => again({ when: null }), AGAIN, /its when is no callback/],
    ['an async when', () => again({ when: async () => true }), AGAIN, /callback is async/],
    ['a bad afterSkipped', () => again({ afterSkipped: true }), AGAIN, /its afterSkipped is true\. Write 'run' or/],
    [
      'a bad onFailure',
      () => again({ onFailure: 'ignore' }),
      AGAIN,
      /its onFailure is "ignore"\. Write 'fail', 'skip'/,
    ],
    ['no onFailure', () => again({ onFailure: null }), AGAIN, /its onFailure is null/],
    ['no substitute of a step', () => again({ onFailure: {} }), AGAIN, /substitute: a result/],
    [
      'a substitute of a step without JSON form',
      () => again({ onFailure: { substitute: cyclic } }),
      AGAIN,
      /its substitute cannot be stored as JSON/,
    ],
    [
      'a substitute that is too large',
      () => again({ onFailure: { substitute: 'x'.repeat(2 ** 20) } }),
      AGAIN,
      /its substitute is 1048578 bytes as JSON, the limit is 1048576/,
    ],
    [
      'a policy of a step for an each',
      () => untyped().each('page', ScrapePage, () => [], { onFailure: 'skip' }),
      STEP,
      /no option "onFailure".*onItemFailure/,
    ],
    [
      'a policy of a step',
      () => untyped().step('page', ScrapePage, { onItemFailure: 'skip' }),
      STEP,
      /no option "onItemFailure"/,
    ],
    [
      'a bad policy',
      () => untyped().each('page', ScrapePage, () => [], { onItemFailure: 'ignore' }),
      STEP,
      /'skip' or/,
    ],
    [
      'no limit',
      () => untyped().each('page', ScrapePage, () => [], { concurrency: 0 }),
      STEP,
      /concurrency 0 .* 1 to 10000/,
    ],
    [
      'a limit of one job',
      () => untyped().step('page', ScrapePage, { concurrency: 2 }),
      STEP,
      /no option "concurrency"/,
    ],
    ['no policy', () => untyped().each('page', ScrapePage, () => [], { onItemFailure: null }), STEP, /is null/],
    [
      'no substitute',
      () => untyped().each('page', ScrapePage, () => [], { onItemFailure: { substitute: undefined } }),
      STEP,
      /substitute: a result/,
    ],
    [
      'a substitute without JSON form',
      () => untyped().each('page', ScrapePage, () => [], { onItemFailure: { substitute: cyclic } }),
      STEP,
      /its substitute cannot be stored as JSON/,
    ],
  ];

  it.each(cases)('is refused at run time: %s', (_, build, where, why) => {
    const error = thrownBy(() => build().build());
    expect(error).toBeInstanceOf(DefinitionError);
    expect(error).toMatchObject({
      code: 'PIPELINE_INVALID',
      message: expect.stringMatching(where) as unknown,
    });
    expect((error as Error).message).toMatch(why);
  });
});

describe('the error of a build', () => {
  it('has the error of the handler as its cause', () => {
    const error = thrownBy(() => empty.step('page', Undecorated).build());
    expect(error).toMatchObject({ code: 'PIPELINE_INVALID', cause: { code: 'HANDLER_NOT_DECORATED' } });
  });

  it('has no cause where there is none, for Node prints an empty one too', () => {
    const error = thrownBy(() => pipeline('Page', { input: PageRef }).step('page', ScrapePage).build());
    expect(error).toBeInstanceOf(DefinitionError);
    expect(error).not.toHaveProperty('cause');
  });
});

describe('stepOf', () => {
  it('finds a step by its name', () => {
    expect(stepOf(ingestPage, 'images')).toBe(ingestPage.steps[1]);
    expect(stepOf(ingestPage, 'unknown')).toBeUndefined();
  });
});
