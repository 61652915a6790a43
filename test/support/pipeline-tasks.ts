import { setTimeout as delay } from 'node:timers/promises';
import { Allow, IsIn, IsInt, IsOptional, IsString } from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';

/** What a task does, so that a test can say how each step of a run goes. */
export class Task {
  /** `hang`: until its signal aborts. `ignore`: for as long as `ms`, whatever its signal says. */
  @IsOptional() @IsIn(['fail', 'hang', 'ignore', 'discard', 'cancel', 'snooze']) does?: string;
  @IsOptional() @IsInt() ms?: number;
  @IsOptional() @IsInt() n?: number;
}

/** One task for each step of `tasks`. */
export class Tasks {
  @Allow() first!: Task;
  @Allow() each!: Task[];
  @Allow() last!: Task;
  @IsOptional() @IsString() note?: string;
}

class Undo {
  @Allow() payload!: Task;
  @Allow() result!: { n: number };
}

const quick = { attempts: 2, delay: '10ms', jitter: 0 } as const;

export const DoTask = defineHandler({
  name: 'do-task',
  payload: Task,
  retry: quick,
  async handle({ does, ms = 0, n = 0 }, job) {
    if (does === 'fail') throw new Error(`task ${n} fails`);
    if (does === 'discard') throw job.discard(`task ${n} gives up`);
    if (does === 'cancel') throw job.cancel(`task ${n} is not wanted`);
    if (does === 'snooze' && Date.now() - job.createdAt.getTime() < ms) throw job.snooze('20ms');
    if (does === 'hang') await delay(60_000, undefined, { signal: job.signal });
    if (does === 'ignore') await delay(ms);
    return { n };
  },
});

/** Undoes a task; fails as often as the task's `n` is negative. */
export const UndoTask = defineHandler({
  name: 'undo-task',
  payload: Undo,
  retry: quick,
  handle({ payload }, { attempt }) {
    if (attempt <= -(payload.n ?? 0)) throw new Error(`task ${payload.n ?? 0} cannot be undone`);
  },
});

export const tasks = pipeline('tasks', { input: Tasks })
  .step('first', DoTask, ({ input }) => input.first, { undo: UndoTask })
  .each('each', DoTask, ({ input }) => input.each, { undo: UndoTask })
  .step('last', DoTask, ({ input, each }) => ({ ...input.last, n: each.reduce((sum, { n }) => sum + n, 0) }))
  .build();

export const skipping = pipeline('skipping', { input: Tasks })
  .each('each', DoTask, ({ input }) => input.each, { onItemFailure: 'skip' })
  .step('last', DoTask, ({ each }) => ({ n: each.filter((item) => item !== undefined).length }))
  .build();

export const substituting = pipeline('substituting', { input: Tasks })
  .each('each', DoTask, ({ input }) => input.each, { onItemFailure: { substitute: { n: 100 } } })
  .step('last', DoTask, ({ each }) => ({ n: each.reduce((sum, { n }) => sum + n, 0) }))
  .build();

export const PIPELINE_HANDLERS = [DoTask, UndoTask];
export const PIPELINES = [tasks, skipping, substituting];
