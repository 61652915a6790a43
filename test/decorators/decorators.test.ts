import { describe, expect, it } from '@jest/globals';
import { JobHandler } from '../../src/decorators/job-handler.js';
import { Keep } from '../../src/decorators/keep.js';
import { Lock } from '../../src/decorators/lock.js';
import type { SettingName } from '../../src/decorators/metadata.js';
import { record, recorded } from '../../src/decorators/metadata.js';
import { Priority } from '../../src/decorators/priority.js';
import { Retry } from '../../src/decorators/retry.js';
import { Timeout } from '../../src/decorators/timeout.js';
import { Transactional } from '../../src/decorators/transactional.js';
import { Unique } from '../../src/decorators/unique.js';
import type { Handler } from '../../src/registry/handler.js';

class PageRef {
  url!: string;
}

const byHost = ({ url }: PageRef): string => url;

@JobHandler({ name: 'scrape-page', payload: PageRef, queue: 'web' })
@Retry({ attempts: 5 })
@Lock('page:{url}')
@Unique(byHost, { for: '1h' })
@Timeout('5m')
@Priority(1)
@Keep('30d')
@Transactional()
class ScrapePage implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

const SETTINGS: readonly SettingName[] = [
  'JobHandler',
  'Retry',
  'Lock',
  'Unique',
  'Timeout',
  'Priority',
  'Keep',
  'Transactional',
];

const settingsOf = (target: object) => Object.fromEntries(SETTINGS.map((name) => [name, recorded(target, name)]));

describe('decorators', () => {
  it('record what they were given, as it was given', () => {
    expect(settingsOf(ScrapePage)).toEqual({
      JobHandler: [{ name: 'scrape-page', payload: PageRef, queue: 'web' }],
      Retry: [{ attempts: 5 }],
      Lock: ['page:{url}'],
      Unique: [{ key: byHost, for: '1h' }],
      Timeout: ['5m'],
      Priority: [1],
      Keep: ['30d'],
      Transactional: [true],
    });
  });

  it('judge nothing: nonsense is the registry’s to report', () => {
    @Timeout('never' as never)
    @Priority(99 as never)
    @Retry({ attempts: -1 })
    class Nonsense {}
    expect(recorded(Nonsense, 'Timeout')).toEqual(['never']);
    expect(recorded(Nonsense, 'Priority')).toEqual([99]);
  });

  it('leave the class as it was', () => {
    expect(Object.keys(ScrapePage)).toEqual([]);
    expect(new ScrapePage()).toBeInstanceOf(ScrapePage);
    expect(ScrapePage.name).toBe('ScrapePage');
  });

  it('are all kept if one is written twice', () => {
    @Timeout('1m')
    @Timeout('2m')
    class Twice {}
    expect(recorded(Twice, 'Timeout')).toEqual(['2m', '1m']);
  });
});

describe('inheritance of settings', () => {
  @Timeout('1m')
  @Retry({ attempts: 7 })
  abstract class Base {}
  @Timeout('2m')
  class Middle extends Base {}
  class Leaf extends Middle {}
  @Retry({ attempts: 9 })
  class Other extends Base {}

  it('takes each setting from the nearest class that states it', () => {
    expect(recorded(Leaf, 'Timeout')).toEqual(['2m']);
    expect(recorded(Leaf, 'Retry')).toEqual([{ attempts: 7 }]);
    expect(recorded(Other, 'Timeout')).toEqual(['1m']);
    expect(recorded(Other, 'Retry')).toEqual([{ attempts: 9 }]);
  });

  it('never reaches up or across', () => {
    expect(recorded(Base, 'Timeout')).toEqual(['1m']);
    expect(recorded(Middle, 'Retry')).toEqual([{ attempts: 7 }]);
    expect(recorded(Leaf, 'Keep')).toEqual([]);
  });
});

describe('metadata', () => {
  it('is found by another copy of the package, through the global symbol registry', () => {
    class Foreign {}
    Reflect.defineMetadata(Symbol.for('rowlock:Keep'), ['1d'], Foreign);
    expect(recorded(Foreign, 'Keep')).toEqual(['1d']);
  });

  it('of one setting says nothing about another', () => {
    class Kept {}
    record(Kept, 'Keep', '1d');
    expect(recorded(Kept, 'Timeout')).toEqual([]);
  });
});
