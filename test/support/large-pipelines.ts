import { IsInt, Min } from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';

/** How many. */
export class Count {
  @IsInt() @Min(0) n!: number;
}

export const PassOn = defineHandler({ name: 'pass-on', payload: Count, handle: ({ n }) => ({ n }) });

/** A step that begins, an item for each number below `n`, and one that joins them. */
export const wide = pipeline('wide', { input: Count })
  .step('begin', PassOn)
  .each('items', PassOn, ({ begin }) => Array.from({ length: begin.n }, (_, n) => ({ n })))
  .step('sum', PassOn, ({ items }) => ({ n: items.reduce((sum, { n }) => sum + n, 0) }))
  .build();

/** Returns a kibibyte. */
export const Describe = defineHandler({
  name: 'describe',
  payload: Count,
  handle: ({ n }) => ({ n, text: String(n).padStart(1_024, '.') }),
});

/** Adds up what the items of its run have returned. */
export const AddUp = defineHandler({
  name: 'add-up',
  payload: Count,
  async handle({ n: count }, job) {
    let [n, items] = [0, 0];
    for await (const { result } of job.results(Describe, 'items')) {
      n += result?.n ?? 0;
      items++;
    }
    return { n, all: items === count };
  },
});

/** The same with results of a kibibyte, which no callback is given. */
export const streamed = pipeline('streamed', { input: Count })
  .step('begin', PassOn)
  .each('items', Describe, ({ begin }) => Array.from({ length: begin.n }, (_, n) => ({ n })), { results: 'stream' })
  .step('sum', AddUp, ({ items }) => ({ n: items.count }))
  .build();

/** Notes in the table `posting` that a step of a run is done, in the transaction that says so. */
export const Post = defineHandler({
  name: 'post',
  payload: Count,
  transactional: true,
  async handle({ n }, { manager, run }) {
    await manager.query(`insert into ${process.env['ROWLOCK_SCHEMA']}.posting values ($1, $2)`, [run?.id, run?.step]);
    return { n: n + 1 };
  },
});

export const line = pipeline('line', { input: Count })
  .step('first', PassOn)
  .step('second', Post, ({ first }) => first)
  .step('third', PassOn, ({ second }) => second)
  .build();

export const LARGE_HANDLERS = [PassOn, Describe, AddUp, Post];
export const LARGE_PIPELINES = [wide, streamed, line];
