import { describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import { Container } from 'inversify';
import { JobHandler } from '../../src/decorators/job-handler.js';
import { Keep } from '../../src/decorators/keep.js';
import { Lock } from '../../src/decorators/lock.js';
import { Priority } from '../../src/decorators/priority.js';
import { Retry } from '../../src/decorators/retry.js';
import { Timeout } from '../../src/decorators/timeout.js';
import { Transactional } from '../../src/decorators/transactional.js';
import { Unique } from '../../src/decorators/unique.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { Handler } from '../../src/registry/handler.js';
import { handlerDefinition } from '../../src/registry/handler-definition.js';
import type { JobContext } from '../../src/registry/job-context.js';

class PageRef {
  @IsString() url!: string;
}

const unless = (): boolean => false;

const defined = defineHandler({
  name: 'scrape-page',
  payload: PageRef,
  queue: 'web',
  version: 2,
  retry: { attempts: 7, unless },
  lock: 'page:{url}',
  unique: { key: '{url}', for: '1h', onConflict: 'reject' },
  timeout: '5m',
  priority: 1,
  keep: '30d',
  transactional: true,
  handle: ({ url }) => url.length,
});

@JobHandler({ name: 'scrape-page', payload: PageRef, queue: 'web', version: 2 })
@Retry({ attempts: 7, unless })
@Lock('page:{url}')
@Unique('{url}', { for: '1h', onConflict: 'reject' })
@Timeout('5m')
@Priority(1)
@Keep('30d')
@Transactional()
class Decorated implements Handler<PageRef, number> {
  handle({ url }: PageRef): number {
    return url.length;
  }
}

const comparable = (handlerClass: typeof defined | typeof Decorated) =>
  JSON.stringify({ ...handlerDefinition(handlerClass), handlerClass: undefined });

describe('a handler without decorators', () => {
  it('has the definition that decorators would have given it', () => {
    expect(comparable(defined)).toBe(comparable(Decorated));
    expect(handlerDefinition(defined).retry.isPermanent).toBe(unless);
  });

  it('is called with payload, job and the services that it asked for', async () => {
    class Fetcher {
      readonly kind = 'fetcher';
    }
    const wanting = defineHandler({
      name: 'wanting',
      payload: PageRef,
      inject: [Fetcher, 'limit'],
      handle: ({ url }, job, [fetcher, limit]) => [url, job.id, fetcher.kind, limit],
    });
    handlerDefinition(wanting);
    const container = new Container();
    container.bind(Fetcher).toConstantValue(new Fetcher());
    container.bind('limit').toConstantValue(3);
    container.bind<InstanceType<typeof wanting>>(wanting).to(wanting);
    const handler = container.get<InstanceType<typeof wanting>>(wanting);
    expect(await handler.handle({ url: 'a' }, { id: '1' } as JobContext)).toEqual(['a', '1', 'fetcher', 3]);
  });

  it('is called with no services if it asked for none', async () => {
    const plain = defineHandler({ name: 'plain', payload: PageRef, handle: (_, __, services) => services });
    expect(await new plain().handle({ url: 'a' }, {} as JobContext)).toEqual([]);
  });

  it('is what its options object is: `this` works in handle', async () => {
    const options = {
      name: 'with-this',
      payload: PageRef,
      prefix: 'p:',
      handle({ url }: PageRef): string {
        return this.prefix + url;
      },
    };
    expect(await new (defineHandler(options))().handle({ url: 'a' }, {} as JobContext)).toBe('p:a');
  });

  it('is named in errors as it is written', () => {
    const wrong = defineHandler({ name: 'wrong', payload: PageRef, timeout: '0s', handle: () => null });
    expect(() => handlerDefinition(wrong)).toThrow(`Handler defineHandler('wrong'): @Timeout is 0s.`);
  });

  it('is not transactional if it says false', () => {
    const plain = defineHandler({ name: 'plain', payload: PageRef, transactional: false, handle: () => null });
    expect(handlerDefinition(plain).transactional).toBe(false);
  });
});
