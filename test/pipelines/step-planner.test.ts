import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  MaxLength,
  Validate,
  ValidateNested,
  ValidatorConstraint,
} from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { completed, discarded, usePipelineBench } from '../support/pipeline-bench.js';

class Url {
  @IsString() @MaxLength(100) url!: string;
}

class Image {
  @IsString() src!: string;
}

class Page {
  @ValidateNested({ each: true }) @Type(() => Image) images!: Image[];
  @IsOptional() @IsString() title?: string;
}

class Anything {
  @IsArray() list!: unknown[];
}

@ValidatorConstraint({ async: true })
class Even {
  async validate(n: number): Promise<boolean> {
    return Promise.resolve(n % 2 === 0);
  }
}

class EvenNumber {
  @IsInt() @Validate(Even) n!: number;
}

const Scrape = defineHandler({ name: 'scrape', payload: Url, handle: () => undefined });
const Process = defineHandler({
  name: 'process',
  payload: Image,
  queue: 'images',
  priority: 7,
  lock: 'image:{src}',
  unique: { key: '{src}' },
  timeout: '3s',
  retry: { attempts: 4 },
  keep: '2d',
  handle: () => undefined,
});
const Store = defineHandler({ name: 'store', payload: Page, handle: () => undefined });
const List = defineHandler({ name: 'list', payload: Anything, handle: () => undefined });
const Count = defineHandler({ name: 'count', payload: EvenNumber, handle: () => undefined });
const Locked = defineHandler({
  name: 'locked',
  payload: Image,
  lock: (image) => {
    if (image.src === 'none') throw new Error('no key for it');
    return image.src;
  },
  handle: () => undefined,
});

type Anyhow = Record<string, unknown> & { page: Record<string, unknown> & { images: never[] } };

/** A second step whose callback may do what the compiler would refuse. */
const afterPage = (input: (results: Anyhow) => unknown, handler: unknown = Process, kind: 'step' | 'each' = 'step') => {
  const first = pipeline('pages', { input: Url }).step('page', Scrape) as unknown as Record<
    typeof kind,
    (name: string, handler: unknown, input: unknown) => { build(): PipelineDefinition }
  >;
  return first[kind]('next', handler, input).build();
};

const bench = usePipelineBench();

/** Runs the first step with that result, and gives what became of the second. */
async function secondStep(definition: PipelineDefinition, result: unknown) {
  const node = bench.node(definition);
  const run = await node.pipelines.start(definition, { url: 'a' });
  await node.turn(() => completed(result));
  return { node, run, attempts: await node.claim(), status: await run.status() };
}

describe('the payload of a step', () => {
  it('drops fields that its class lacks, at any depth, and keeps what is stored small', async () => {
    const definition = afterPage(({ page }) => page, Store);
    const images = [{ src: 'a', width: 5, of: { much: 1 } }, { src: 'b' }];
    const { attempts } = await secondStep(definition, { images, html: 'x'.repeat(400_000), title: 'T' });
    expect(attempts.map(({ row }) => row.payload)).toEqual([{ images: [{ src: 'a' }, { src: 'b' }], title: 'T' }]);
  });

  it('is validated by asynchronous validators too', async () => {
    const definition = afterPage(({ page }) => page, Count);
    expect((await secondStep(definition, { n: 4, more: true })).attempts[0]?.row.payload).toEqual({ n: 4 });
    expect((await secondStep(definition, { n: 5 })).status).toMatchObject({ state: 'failed', error: { step: 'next' } });
  });

  it('is the input of the pipeline for a first step without a callback', async () => {
    const definition = afterPage(({ input }) => ({ src: (input as Url).url }));
    const node = bench.node(definition);
    await node.pipelines.start(definition, { url: 'x' });
    expect((await node.claim())[0]?.row.payload).toEqual({ url: 'x' });
  });
});

describe('a job of a step', () => {
  it('has the settings of its handler, and takes no unique key', async () => {
    const definition = afterPage(({ page }) => page.images, Process, 'each');
    const { attempts, run } = await secondStep(definition, { images: [{ src: 'a' }, { src: 'b' }, { src: 'a' }] });
    const key = `pages@${definition.version}`;
    expect(attempts.map(({ row: { item, lockKey } }) => [item, lockKey])).toEqual([
      [0, 'image:a'],
      [1, 'image:b'],
    ]);
    const rows = await bench.query(
      `select name, queue, priority, max_attempts, timeout_ms, keep_ms::int, unique_key, pipeline, run_id, step, state
       from $s.jobs where step = 'next' order by item`,
    );
    const row = {
      name: 'process',
      queue: 'images',
      priority: 7,
      max_attempts: 4,
      timeout_ms: 3_000,
      keep_ms: 172_800_000,
    };
    const common = { ...row, unique_key: null, pipeline: key, run_id: run.id, step: 'next' };
    expect(rows).toEqual(['running', 'running', 'pending'].map((state) => ({ ...common, state })));
  });

  it('has those of its step where they differ, and the priority of its run before both', async () => {
    const definition = pipeline('pages', { input: Url })
      .step('image', Process, ({ input }) => ({ src: input.url }), {
        queue: 'slow',
        priority: 2,
        timeout: '1m',
        attempts: 9,
      })
      .build();
    const node = bench.node(definition);
    await node.pipelines.start(definition, { url: 'a' });
    await node.pipelines.start(definition, { url: 'b' }, { priority: 0 });
    expect(
      await bench.query(`select queue, priority, max_attempts, timeout_ms from $s.job order by priority desc`),
    ).toEqual([
      { queue: 'slow', priority: 2, max_attempts: 9, timeout_ms: 60_000 },
      { queue: 'slow', priority: 0, max_attempts: 9, timeout_ms: 60_000 },
    ]);
  });

  it('is left to workers that know its version', async () => {
    const definition = afterPage(({ page }) => ({ src: page['src'] }));
    const changed = pipeline('pages', { input: Url }).step('page', Scrape).build();
    const [old, young] = [bench.node(definition), bench.node(changed)];
    const run = await old.pipelines.start(definition, { url: 'a' });
    expect(await young.claim()).toEqual([]);
    await old.turn(() => completed({ src: 'a' }));
    expect(await young.claim()).toEqual([]);
    await old.drain(() => completed());
    expect((await run.status()).state).toBe('completed');
  });
});

describe('what callbacks see', () => {
  it('is the input and every result before, with undefined for what was skipped and null for null', async () => {
    const seen: unknown[] = [];
    const definition = pipeline('pages', { input: Url })
      .each('images', Process, () => [{ src: 'a' }, { src: 'b' }, { src: 'c' }], { onItemFailure: 'skip' })
      .step('none', Scrape, ({ input }) => input)
      .step('list', List, (results) => {
        seen.push(results);
        return { list: [] };
      })
      .build();
    const node = bench.node(definition);
    await node.pipelines.start(definition, { url: 'u' });
    await node.turn(({ row }) => (row.item === 1 ? discarded('no') : completed(row.item === 0 ? null : { ok: true })));
    await node.drain(() => completed());
    expect(seen).toEqual([{ input: { url: 'u' }, images: [null, undefined, { ok: true }], none: null }]);
  });
});

describe('a step that cannot begin', () => {
  it.each([
    [
      'throws',
      () => afterPage(({ page }) => ({ src: (page as unknown as { a: { b: string } }).a.b })),
      null,
      /its callback threw TypeError: Cannot read/,
    ],
    [
      'throws no error',
      () =>
        afterPage(() => {
          throw 'a\0b' as unknown;
        }),
      null,
      /its callback threw a\uFFFDb$/,
    ],
    [
      'returns a promise',
      () => afterPage(() => Promise.reject(new Error('later'))),
      null,
      /returned a promise; what must be awaited/,
    ],
    [
      'returns no payload',
      () => afterPage(() => 5),
      null,
      /PayloadError: The payload of job "process" is not valid: it must be an object/,
    ],
    ['returns nothing', () => afterPage(() => undefined), null, /it must be an object with fields, and is undefined/],
    [
      'returns a payload that is not valid',
      () => afterPage(() => ({ src: 5 })),
      null,
      /"process" is not valid: src: must be a string/,
    ],
    [
      'returns what has no JSON form',
      () => afterPage(() => ({ src: 5n })),
      null,
      /NotSerializableError: The payload of job "process"/,
    ],
    [
      'returns too much',
      () => afterPage(() => ({ src: 'x'.repeat(300_000) })),
      null,
      /TooLargeError: The payload of job "process"/,
    ],
    [
      'has items that are none',
      () => afterPage(() => ({ length: 2 }), Process, 'each'),
      null,
      /its callback returned a value of type object, and no array/,
    ],
    [
      'has null for items',
      () => afterPage(() => null, Process, 'each'),
      null,
      /its callback returned null, and no array/,
    ],
    [
      'has an item that is not valid',
      () => afterPage(() => [{ src: 'a' }, {}], Process, 'each'),
      1,
      /"process" is not valid: src: must be a string/,
    ],
    [
      'has no lock key',
      () => afterPage(() => ({ src: 'none' }), Locked),
      null,
      /the key function of @Lock threw Error: no key for it/,
    ],
  ])('because its callback %s fails its run, and says so', async (_, build, item, message) => {
    const definition = build();
    const { node, run, attempts, status } = await secondStep(definition, {});
    const place = `pipeline "pages", step "next"${item === null ? '' : `, item ${item}`}: `;
    expect(status).toMatchObject({
      state: 'failed',
      error: { step: 'next', item, message: expect.stringMatching(message) },
      steps: [{ name: 'page', state: 'completed' }],
    });
    expect(status.error?.message.startsWith(place)).toBe(true);
    expect(attempts).toEqual([]);
    expect(node.events).toEqual([`run.fail ${run.id}`]);
  });

  it('does not keep other runs of its batch from going on', async () => {
    const definition = afterPage(({ page }) => page);
    const node = bench.node(definition);
    const runs = await Promise.all(
      Array.from({ length: 9 }, () => node.pipelines.start(definition, { url: 'a' } as object)),
    );
    await node.turn(({ row }) => completed(row.runId === runs[4]?.id ? { src: 5 } : { src: 'a' }));
    await node.drain(() => completed());
    const states = await Promise.all(runs.map(async (run) => (await run.status()).state));
    expect(states).toEqual(runs.map((_, at) => (at === 4 ? 'failed' : 'completed')));
  });
});

it('undefined payload fields are those of JSON', async () => {
  class Loose {
    @Allow() a!: unknown;
  }
  const Take = defineHandler({ name: 'take', payload: Loose, handle: () => undefined });
  const { attempts } = await secondStep(
    afterPage(() => ({ a: new Date(0), b: undefined }), Take),
    {},
  );
  expect(attempts[0]?.row.payload).toEqual({ a: '1970-01-01T00:00:00.000Z' });
});
