import type { HandlerClass, PayloadClass } from '../core/handler-class.js';
import { AwaitApproval } from './built-in/await-approval.js';
import { AwaitSignal } from './built-in/await-signal.js';
import { RunChild } from './built-in/run-child.js';
import { Sleep } from './built-in/sleep.js';
import type { PipelineDefinition, PipelineDraft } from './pipeline-definition.js';
import { definePipeline } from './pipeline-definition.js';
import type { InputCallback, StepDraft } from './step-definition.js';

type Options = StepDraft['options'];

/** The builder at run time, where all of its types are one. */
export class DraftBuilder {
  constructor(private readonly draft: PipelineDraft) {}

  step(name: string, handlerClass: HandlerClass, input?: InputCallback | Options, options?: Options): DraftBuilder {
    // Options alone come third.
    const [callback, rest] = typeof input === 'object' && !options ? [null, input] : [input as InputCallback, options];
    return this.with({ name, kind: 'one', handlerClass, input: callback ?? null, options: rest ?? {} });
  }

  each(name: string, handlerClass: HandlerClass, items?: InputCallback, options?: Options): DraftBuilder {
    return this.with({ name, kind: 'each', handlerClass, input: items ?? null, options: options ?? {} });
  }

  sleep(name: string, until: unknown, options?: Options): DraftBuilder {
    return this.with({ name, kind: 'sleep', handlerClass: Sleep, input: until, options: options ?? {} });
  }

  signal(name: string, answerClass: PayloadClass, options?: Options): DraftBuilder {
    const handlerClass = AwaitSignal;
    return this.with({ name, kind: 'signal', handlerClass, input: null, answerClass, options: options ?? {} });
  }

  approve(name: string, answerClass: PayloadClass, options?: Options): DraftBuilder {
    const handlerClass = AwaitApproval;
    return this.with({ name, kind: 'approve', handlerClass, input: null, answerClass, options: options ?? {} });
  }

  run(name: string, child: PipelineDefinition, input?: InputCallback, options?: Options): DraftBuilder {
    const handlerClass = RunChild;
    return this.with({ name, kind: 'run', handlerClass, input: input ?? null, child, options: options ?? {} });
  }

  build(): PipelineDefinition {
    return definePipeline(this.draft);
  }

  private with(step: StepDraft): DraftBuilder {
    return new DraftBuilder({ ...this.draft, steps: [...this.draft.steps, step] });
  }
}
