import { describe, expect, it } from '@jest/globals';
import { Allow, IsInt, IsOptional, IsString } from 'class-validator';
import type { HandlerClass } from '../../src/core/handler-class.js';
import type { HandlerSettings } from '../../src/decorators/handler-settings.js';
import { JobHandler } from '../../src/decorators/job-handler.js';
import { Keep } from '../../src/decorators/keep.js';
import { Lock } from '../../src/decorators/lock.js';
import type { SettingName } from '../../src/decorators/metadata.js';
import { record } from '../../src/decorators/metadata.js';
import { Priority } from '../../src/decorators/priority.js';
import { Retry } from '../../src/decorators/retry.js';
import { Timeout } from '../../src/decorators/timeout.js';
import { Transactional } from '../../src/decorators/transactional.js';
import { Unique } from '../../src/decorators/unique.js';
import type { Handler } from '../../src/registry/handler.js';
import { handlerDefinition } from '../../src/registry/handler-definition.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { claimedNames } from '../../src/registry/payload-version.js';

class PageRef {
  @IsString() url!: string;
  @IsOptional() @IsInt() depth?: number;
}

@JobHandler({ name: 'scrape-page', payload: PageRef, queue: 'web', version: 3 })
@Retry({ attempts: 5, backoff: 'fixed', delay: '2s', maxDelay: '1m', jitter: 0, unless: [RangeError] })
@Lock('page:{url}')
@Unique('{url}:{depth}', { while: 'queued', onConflict: 'reject' })
@Timeout('5m')
@Priority(0)
@Keep('30d')
@Transactional()
class ScrapePage implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

@JobHandler({ name: 'plain', payload: PageRef })
class Plain implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

describe('a handler definition', () => {
  it('holds what the decorators say', () => {
    const definition = handlerDefinition(ScrapePage);
    expect(definition).toMatchObject({
      name: 'scrape-page',
      handlerClass: ScrapePage,
      payloadClass: PageRef,
      version: 3,
      queue: 'web',
      priority: 0,
      retry: { attempts: 5, backoff: 'fixed', delayMs: 2_000, maxDelayMs: 60_000, jitter: 0 },
      timeoutMs: 300_000,
      lock: { template: 'page:{url}' },
      unique: { key: { template: '{url}:{depth}' }, scope: 'queued', periodMs: null, onConflict: 'reject' },
      keepMs: 2_592_000_000,
      transactional: true,
    });
    expect(definition.retry.isPermanent(new RangeError())).toBe(true);
    expect(definition.lock?.render({ url: 'https://a' })).toBe('page:https://a');
    expect(definition.unique?.key.render({ url: 'https://a', depth: 1 })).toBe('https%3A//a:1');
  });

  it('has defaults for the rest', () => {
    expect(handlerDefinition(Plain)).toMatchObject({
      version: 1,
      queue: 'default',
      priority: 5,
      retry: { attempts: 3, backoff: 'exponential', delayMs: 5_000 },
      timeoutMs: null,
      lock: null,
      unique: null,
      keepMs: null,
      transactional: false,
    });
  });

  it('knows its upcasts, the oldest first', () => {
    @JobHandler({ name: 'newer', payload: PageRef, version: 4, upcast: { 3: (old: PageRef) => old, 2: upcast } })
    class Newer extends Plain {}
    expect([...handlerDefinition(Newer).upcasts.keys()]).toEqual([2, 3]);
    expect(claimedNames(handlerDefinition(Newer))).toEqual(['newer@2', 'newer@3', 'newer@4']);
    expect(claimedNames(handlerDefinition(Plain))).toEqual([handlerDefinition(Plain).name]);
  });

  it('knows the three scopes of a unique key', () => {
    @JobHandler({ name: 'period', payload: PageRef })
    @Unique('{url}', { for: '1h' })
    class Period extends Plain {}
    @JobHandler({ name: 'unfinished', payload: PageRef })
    @Unique(({ url }: PageRef) => url)
    class Unfinished extends Plain {}
    expect(handlerDefinition(Period).unique).toMatchObject({
      scope: 'period',
      periodMs: 3_600_000,
      onConflict: 'ignore',
    });
    expect(handlerDefinition(Unfinished).unique).toMatchObject({
      scope: 'unfinished',
      periodMs: null,
      key: { template: null },
    });
  });

  it('is frozen', () => {
    const definition = handlerDefinition(ScrapePage);
    for (const part of [definition, definition.retry, definition.lock, definition.unique, definition.unique?.key]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('inherits what a subclass does not state', () => {
    @JobHandler({ name: 'scrape-again', payload: PageRef })
    @Timeout('1m')
    class ScrapeAgain extends ScrapePage {}
    expect(handlerDefinition(ScrapeAgain)).toMatchObject({
      name: 'scrape-again',
      queue: 'default',
      timeoutMs: 60_000,
      retry: { attempts: 5 },
      lock: { template: 'page:{url}' },
      transactional: true,
    });
  });

  it('may do without a payload', () => {
    @JobHandler({ name: 'nightly', payload: NoPayload })
    @Lock('nightly')
    class Nightly implements Handler<NoPayload> {
      handle(): void {}
    }
    expect(handlerDefinition(Nightly)).toMatchObject({ payloadClass: NoPayload, lock: { template: 'nightly' } });
  });
});

/** A handler with one setting, whatever it is: types would not let these through. */
function withSetting<S extends SettingName>(setting: S, ...values: unknown[]): HandlerClass {
  @JobHandler({ name: 'wrong', payload: PageRef })
  class Wrong implements Handler<PageRef> {
    handle(_: PageRef): void {}
  }
  for (const value of values) record(Wrong, setting, value as HandlerSettings[S]);
  return Wrong;
}

function named(options: object): HandlerClass {
  class Wrong implements Handler<PageRef> {
    handle(_: PageRef): void {}
  }
  record(Wrong, 'JobHandler', { name: 'wrong', payload: PageRef, ...options });
  return Wrong;
}

const upcast = (old: never): object => old;

describe('a contradiction in settings names the class and the cure', () => {
  const NOT_FOUND = class NotFound extends Error {};

  it.each<[string, HandlerClass, message: string]>([
    [
      'attempts',
      withSetting('Retry', { attempts: 0 }),
      'Handler Wrong: @Retry asks for 0 attempts. Write a whole number from 1 (no retry) to 1000.',
    ],
    ['attempts', withSetting('Retry', { attempts: 1_001 }), '@Retry asks for 1001 attempts'],
    ['attempts', withSetting('Retry', { attempts: 2.5 }), '@Retry asks for 2.5 attempts'],
    ['attempts', withSetting('Retry', { attempts: '3' }), '@Retry asks for 3 attempts'],
    [
      'jitter',
      withSetting('Retry', { jitter: 1.1 }),
      '@Retry has a jitter of 1.1. Write the share of the wait that is random, from 0 to 1.',
    ],
    ['jitter', withSetting('Retry', { jitter: NaN }), '@Retry has a jitter of NaN'],
    ['jitter', withSetting('Retry', { jitter: '0.5' }), '@Retry has a jitter of 0.5'],
    [
      'backoff',
      withSetting('Retry', { backoff: 'linear' }),
      `@Retry has the backoff "linear". Write 'exponential', 'fixed' or a function.`,
    ],
    ['delay', withSetting('Retry', { delay: 5 }), '@Retry delay of Wrong: 5 is no duration'],
    ['maxDelay', withSetting('Retry', { maxDelay: 'x' }), '@Retry maxDelay of Wrong: "x" is no duration'],
    ['maxDelay', withSetting('Retry', { maxDelay: '400d' }), '@Retry may wait 400d. At most 366 days are possible.'],
    [
      'delay past maxDelay',
      withSetting('Retry', { delay: '2h' }),
      '@Retry waits 2h, but never longer than 1h. Raise maxDelay, or shorten delay.',
    ],
    ['unless', withSetting('Retry', { unless: NOT_FOUND }), 'Write unless: [NotFound].'],
    ['unless', withSetting('Retry', { unless: Error }), 'Write unless: [Error].'],
    [
      'unless',
      withSetting('Retry', { unless: 'NotFound' }),
      '@Retry has an unless that is no list of error classes and no function.',
    ],
    ['unless', withSetting('Retry', { unless: [Error, undefined] }), '@Retry has undefined as item 1 of its unless'],
    ['timeout', withSetting('Timeout', '0s'), 'Handler Wrong: @Timeout is 0s. Write more than zero, or leave it out.'],
    ['timeout', withSetting('Timeout', '25d'), '@Timeout is 25d. At most 24 days are possible.'],
    ['timeout', withSetting('Timeout', '5 minutes'), '@Timeout of Wrong: "5 minutes" is no duration'],
    ['keep', withSetting('Keep', '0d'), '@Keep is 0d.'],
    ['keep', withSetting('Keep', '99999w'), '@Keep is 99999w. At most 36525 days are possible.'],
    ['priority', withSetting('Priority', 10), 'its @Priority is 10. Write a whole number from 0 (first) to 9 (last).'],
    ['priority', withSetting('Priority', 0.5), 'its @Priority is 0.5.'],
    [
      'unique',
      withSetting('Unique', { key: '{url}', while: 'queued', for: '1h' }),
      `@Unique is given both while: 'queued' and for: '1h'.`,
    ],
    [
      'unique',
      withSetting('Unique', { key: '{url}', while: 'running' }),
      `@Unique has while: "running". Write 'queued' or 'unfinished'.`,
    ],
    [
      'unique',
      withSetting('Unique', { key: '{url}', onConflict: 'drop' }),
      `@Unique has onConflict: "drop". Write 'reject', 'ignore' or 'replace'.`,
    ],
    ['unique', withSetting('Unique', { key: '{url}', for: '0s' }), '@Unique for is 0s.'],
    [
      'unique',
      withSetting('Unique', { key: '{uri}' }),
      '@Unique of Wrong: "{uri}" reads {uri}, but PageRef has no such validated field (it has: url, depth).',
    ],
    ['unique', withSetting('Unique', { key: 7 }), 'the key of @Unique is no template and no function.'],
    [
      'lock',
      withSetting('Lock', 'page:{owner.id}'),
      '@Lock of Wrong: "page:{owner.id}" reads {owner.id}, but PageRef has no such validated field',
    ],
    [
      'lock',
      withSetting('Lock', 'page:{url'),
      '@Lock of Wrong: "page:{url" is no key template: it has a brace without its partner.',
    ],
    ['lock', withSetting('Lock', '{url}{depth}'), 'two fields stand side by side'],
    [
      'twice',
      withSetting('Lock', 'a', 'b'),
      'Handler Wrong: it carries @Lock twice, and which of them counts cannot be told. Remove one.',
    ],
    ['twice', withSetting('Transactional', true, true), 'it carries @Transactional twice'],
    ['twice', withSetting('JobHandler', { name: 'b', payload: PageRef }), 'it carries @JobHandler twice'],
    ['name', named({ name: 'Scrape Page' }), 'Handler Wrong: its name "Scrape Page" is not 1 to 63 characters of a-z'],
    ['name', named({ name: undefined }), 'its name undefined is not'],
    ['queue', named({ queue: 'a b' }), 'its queue "a b" is not 1 to 63 characters'],
    ['version', named({ version: 0 }), 'its version 0 is no whole number from 1 to 32767.'],
    ['version', named({ version: 1.5 }), 'its version 1.5'],
    ['version', named({ version: 40_000 }), 'its version 40000'],
    ['upcast', named({ upcast: { 1: upcast } }), 'its upcast from version 1 leads nowhere: its own version is 1.'],
    ['upcast', named({ version: 2, upcast: { 0: upcast } }), 'its upcast from version 0 leads nowhere'],
    [
      'upcast',
      named({ version: 2, upcast: { first: upcast } as never }),
      'its upcast from version first leads nowhere',
    ],
    [
      'upcast',
      named({ version: 4, upcast: { 1: upcast, 3: upcast } }),
      'from version 1 leads to 2, from which none leads on to 4',
    ],
    ['upcast', named({ version: 2, upcast: { 1: 'uri' as never } }), 'its upcast from version 1 is no function'],
    ['upcast', named({ version: 2, upcast: { 1: async () => ({}) } }), 'its upcast from version 1 is no function'],
  ])('%s', (_, handlerClass, message) => {
    expect(() => handlerDefinition(handlerClass)).toThrow(
      expect.objectContaining({ name: 'DefinitionError', message: expect.stringContaining(message) }),
    );
    expect(() => handlerDefinition(handlerClass)).toThrow('Wrong');
  });
});

describe('what is no handler class', () => {
  it('is told from one that lacks its decorator', () => {
    class Bare implements Handler<PageRef> {
      handle(_: PageRef): void {}
    }
    expect(() => handlerDefinition(Bare)).toThrow(
      expect.objectContaining({
        code: 'HANDLER_NOT_DECORATED',
        message: expect.stringMatching(/^Class Bare .*@JobHandler/),
      }),
    );
    for (const value of [undefined, null, {}, 'scrape-page', new Bare()]) {
      expect(() => handlerDefinition(value as never)).toThrow(
        expect.objectContaining({
          code: 'HANDLER_INVALID',
          message: expect.stringContaining('was passed as a handler class'),
        }),
      );
    }
  });

  it('is a class without handle, be it an arrow function in a field', () => {
    class Arrow {
      handle = (): void => undefined;
    }
    record(Arrow, 'JobHandler', { name: 'arrow', payload: PageRef });
    expect(() => handlerDefinition(Arrow)).toThrow(
      'Handler Arrow: it has no method handle(payload, job). An arrow function in a field does not count.',
    );
  });
});

describe('a payload class', () => {
  class NeedsArguments {
    @Allow() url: string;
    constructor(source: { url: string }) {
      this.url = source.url;
    }
  }
  class Unchecked {
    url!: string;
  }

  it.each([
    [
      'that is undefined',
      undefined,
      'its payload class is undefined. Name it in @JobHandler({ payload }); if it is named there, two modules import each other',
    ],
    [
      'that needs arguments',
      NeedsArguments,
      'its payload class NeedsArguments cannot be constructed without arguments (Cannot read properties of undefined',
    ],
    ['without a validator', Unchecked, 'no field of its payload class Unchecked has a class-validator decorator'],
  ])('%s is refused', (_, payload, message) => {
    expect(() => handlerDefinition(named({ payload }))).toThrow(
      expect.objectContaining({
        code: 'HANDLER_INVALID',
        message: expect.stringContaining(`Handler Wrong: ${message}`),
      }),
    );
  });

  it('may inherit its validators', () => {
    class Extended extends PageRef {}
    expect(handlerDefinition(named({ payload: Extended })).payloadClass).toBe(Extended);
  });
});
