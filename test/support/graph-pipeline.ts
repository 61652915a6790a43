import { createHash } from 'node:crypto';
import { Allow, IsInt, IsOptional, IsString } from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { Fate, Graph, GraphStep, Script } from './random-graph.js';

class Task {
  @IsInt() n!: number;
  @IsString() fate!: Fate;
  @IsOptional() @IsInt() item?: number;
}

class ScriptInput {
  @Allow() fates!: Script['fates'];
  @Allow() answers!: Script['answers'];
  @Allow() items!: Script['items'];
}

class Answer {
  @IsInt() n!: number;
}

class Undo {
  @Allow() payload!: Task;
  @Allow() result!: { n: number };
}

const retry = { attempts: 6, delay: '10ms', jitter: 0 } as const;

const DoStep = defineHandler({
  name: 'do-step',
  payload: Task,
  retry,
  handle({ n, fate }, job) {
    if (fate === 'discard') throw job.discard('told to');
    if (fate === 'cancel') throw job.cancel('told to');
    if (fate === 'lose' && job.attempt === 1) throw new Error('lost');
    return resultOf(n);
  },
});

const UndoStep = defineHandler({ name: 'undo-step', payload: Undo, retry, handle: () => undefined });

export const GRAPH_HANDLERS = [DoStep, UndoStep];

/** What callbacks see: the results of steps by their names, and the script. */
export type Seen = Readonly<Record<string, unknown>>;

/** What a step returns that was given that number. */
export function resultOf(n: number): { n: number } {
  return { n: (n * 31 + 7) % 1_000_003 };
}

/** The same number for the same results, and another if any is missing, too many, or another. */
export function digest(seen: Seen): number {
  const results = Object.entries(seen)
    .filter(([name]) => name !== 'input')
    .map(([name, value]) => [name, value === undefined ? 'skipped' : marked(value)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(results)).digest().readUInt32BE() % 1_000_003;
}

const marked = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((item: unknown) => (item === undefined ? 'skipped' : item)) : value;

/** What a step is sent that waits for a signal. */
export function answerTo(name: string): { n: number } {
  return { n: Number(name.slice(1)) };
}

/** The payload of a step, or of each of its items. */
export function payloadOf({ name, kind }: GraphStep, seen: Seen): Task | Task[] {
  const { fates, items } = seen['input'] as Script;
  const fate = fates[name] ?? 'work';
  if (fate === 'throw') throw new Error(`the callback of ${name} throws`);
  const n = digest(seen);
  if (kind === 'one') return { n, fate };
  return Array.from({ length: items[name] ?? 0 }, (_, item) => ({
    n: n + item,
    fate: item === 0 ? fate : 'work',
    item,
  }));
}

/** What the condition of a step says. */
export function answerOf({ name }: GraphStep, seen: Seen): boolean {
  return (seen['input'] as Script).answers[name] ?? true;
}

/** The builder, of which the compiler cannot know the steps here. */
interface UntypedBuilder {
  step(name: string, handler: typeof DoStep, input: (seen: Seen) => unknown, options: object): UntypedBuilder;
  each(name: string, handler: typeof DoStep, items: (seen: Seen) => unknown, options: object): UntypedBuilder;
  sleep(name: string, until: (seen: Seen) => unknown, options: object): UntypedBuilder;
  signal(name: string, answer: typeof Answer, options: object): UntypedBuilder;
  build(): PipelineDefinition<ScriptInput>;
}

export function buildGraph({ name, steps }: Graph): PipelineDefinition<ScriptInput> {
  let builder = pipeline(name, { input: ScriptInput }) as unknown as UntypedBuilder;
  for (const step of steps) builder = added(builder, step);
  return builder.build();
}

function added(builder: UntypedBuilder, step: GraphStep): UntypedBuilder {
  const { name, kind, after, afterSkipped, conditional, policy, undone, concurrency } = step;
  const edges = { after, afterSkipped, ...(conditional ? { when: (seen: Seen) => answerOf(step, seen) } : {}) };
  if (kind === 'sleep') return builder.sleep(name, (seen) => `${1 + (digest(seen) % 20)}ms`, edges);
  if (kind === 'signal') return builder.signal(name, Answer, edges);
  const options = {
    ...edges,
    ...(undone ? { undo: UndoStep } : {}),
    ...(concurrency === null ? {} : { concurrency }),
    [kind === 'one' ? 'onFailure' : 'onItemFailure']: policy,
  };
  const add = kind === 'one' ? builder.step : builder.each;
  return add.call(builder, name, DoStep, (seen: Seen) => payloadOf(step, seen), options);
}
