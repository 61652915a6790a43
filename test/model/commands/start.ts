import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import type { Model } from '../model.js';
import { SHAPES } from '../model-pipelines.js';
import type { ModelRun } from '../model-run.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { advance } from '../run-in.js';
import type { System } from '../system.js';

interface Wanted {
  readonly pipeline: string;
  readonly n: number;
  readonly timeoutMs: number | null;
  readonly unique: string | null;
}

class Start extends ModelCommand {
  constructor(private readonly wanted: Wanted) {
    super();
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const { pipeline, n, timeoutMs, unique } = this.wanted;
    const id = model.nextRunId();
    system.introduce(id, uuid());
    const there = [...model.runs.values()].find(
      (run) => unique !== null && run.pipeline === pipeline && run.uniqueKey === unique && run.finishedAt === null,
    );
    const handle = await system.pipelines.start(
      system.handlers.pipelineOf(pipeline),
      { n },
      {
        id: system.idOf(id),
        ...(timeoutMs === null ? {} : { timeout: `${timeoutMs}ms` as const }),
        ...(unique === null ? {} : { unique }),
      },
    );
    expectSame(
      'which run it is',
      { run: there?.id ?? id, existing: there !== undefined },
      { run: system.nameOf(handle.id), existing: handle.existing },
    );
    if (!there) begin(model, { id, ...this.wanted });
    return `${String(this)} → ${there ? `${there.id} has the key` : id}`;
  }

  toString(): string {
    const { pipeline, n, timeoutMs, unique } = this.wanted;
    return `start(${pipeline} of ${n}${timeoutMs === null ? '' : ` in ${timeoutMs} ms`}${unique === null ? '' : `, unique ${unique}`})`;
  }
}

function begin(model: Model, { id, pipeline, n, timeoutMs, unique }: Wanted & { readonly id: string }): void {
  const run: ModelRun = {
    id, pipeline, input: { n }, uniqueKey: unique, createdAt: model.now, deadlineAt: timeoutMs === null ? null : model.now + timeoutMs,
    state: 'running', endsAs: null, undoes: false, output: null, error: null, finishedAt: null, pruneAt: null,
  }; // prettier-ignore
  model.runs.set(id, run);
  advance(model, run);
}

const sometimes = <T>(value: T): fc.Arbitrary<T | null> => fc.nat(4).map((n) => (n === 4 ? value : null));

/** A caller starts a run of a pipeline: a chain, a fork that joins, one with a condition, with failures that do no harm, with undo. */
export const start: fc.Arbitrary<ModelCommand> = fc
  .record({
    pipeline: fc.constantFrom('trip', 'fork', ...Object.keys(SHAPES)),
    n: fc.nat(9),
    timeoutMs: sometimes(40_000),
    unique: sometimes('key'),
  })
  .map((wanted) => new Start(wanted));
