import type { HandlerClass } from '../../src/core/handler-class.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { JobContext } from '../../src/registry/job-context.js';
import { NoPayload } from '../../src/registry/no-payload.js';

/** A job type `task` without a payload, tried once, that does what the test says. */
export const handlerOf = (handle: (job: JobContext) => unknown, options: object = {}): HandlerClass =>
  defineHandler({
    name: 'task',
    payload: NoPayload,
    retry: { attempts: 1 },
    ...options,
    handle: (_, job) => handle(job),
  });
