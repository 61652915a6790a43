import type { AttemptError } from '../core/attempt-error.js';
import type { ApprovalFacts, AttemptFacts, EventName, Events, JobFacts } from './events.js';

/** How much an event matters. */
export type LineLevel = 'error' | 'warn' | 'info' | 'debug';

/** What is written of an event. */
export interface Line {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** If it matters more, or less, than events of its name usually do. */
  readonly level?: LineLevel;
}

/** The line of each event; `error` and `listen.*` have more to them, and stand in the subscriber. */
export type LoggedEvent = Exclude<EventName, 'error' | `listen.${string}`>;
type LineOf<Name extends EventName> = { readonly level: LineLevel; readonly line: (event: Events[Name]) => Line };

export const LINES: { readonly [Name in LoggedEvent]: LineOf<Name> } = {
  'job.enqueue': {
    level: 'debug',
    line: ({ ids, names }) => said('jobs enqueued', { count: ids.length, job_types: names }),
  },
  'job.claim': {
    level: 'debug',
    line: ({ workerId, count, parked, ms }) =>
      said('jobs claimed', { worker_id: workerId, count, parked, duration_ms: round(ms) }),
  },
  'job.start': { level: 'debug', line: (job) => said('job started', jobFields(job)) },
  'job.complete': { level: 'info', line: (job) => said('job completed', ended(job, 'completed')) },
  'job.retry': {
    level: 'warn',
    line: (job) =>
      said('job failed, will be tried again', {
        ...ended(job, 'retryable'),
        retry_in_ms: round(job.delayMs),
        error: errorFields(job.error),
      }),
  },
  'job.snooze': {
    level: 'info',
    line: (job) =>
      said('job snoozed', { ...ended(job, 'scheduled'), snooze_ms: round(job.delayMs), reason: job.reason }),
  },
  'job.interrupt': { level: 'info', line: (job) => said('job handed back, its worker stops', ended(job, 'available')) },
  'job.discard': {
    level: 'error',
    line: (job) => said('job failed for good', { ...ended(job, 'discarded'), error: errorFields(job.error) }),
  },
  'job.cancel': {
    level: 'info',
    line: (job) => said('job cancelled', { ...ended(job, 'cancelled'), reason: job.reason }),
  },
  'job.lost': {
    level: 'warn',
    line: (job) =>
      said('the answer of an attempt came too late: its job belongs to another by now', ended(job, 'lost')),
  },
  'job.rescue': {
    level: 'warn',
    line: ({ id, name, queue, attempt, dead, cancelled }) =>
      said(dead ? 'job rescued: its worker died' : 'job rescued: it hung past its deadline', {
        job_id: id,
        job_type: name,
        queue,
        attempt,
        outcome: cancelled ? 'cancelled' : 'available',
      }),
  },
  'job.promote': { level: 'debug', line: ({ count }) => said('jobs became due', { count }) },
  'job.prune': {
    level: 'info',
    line: ({ jobs, keys, locks, runs, partitions }) =>
      said('old history removed', { jobs, keys, locks, runs, partitions }),
  },
  'job.log': {
    level: 'debug',
    line: ({ level, message, meta, ...job }) => ({
      level,
      message,
      fields: { ...jobFields(job), ...(meta && { meta }) },
    }),
  },
  'run.complete': { level: 'info', line: ({ id, name }) => said('run completed', { run_id: id, pipeline: name }) },
  'run.fail': {
    level: 'error',
    line: ({ id, name, reason }) => said('run failed', { run_id: id, pipeline: name, reason }),
  },
  'run.cancel': { level: 'info', line: ({ id }) => said('run cancelled', { run_id: id }) },
  'approval.request': {
    level: 'info',
    line: ({ assignee, ...approval }) => said('approval requested', { ...approvalFields(approval), assignee }),
  },
  'approval.escalate': {
    level: 'warn',
    line: ({ assignee, ...approval }) =>
      said('nobody has answered an approval: somebody else is asked', { ...approvalFields(approval), assignee }),
  },
  'approval.answer': {
    level: 'info',
    line: ({ by, approved, ...approval }) =>
      said(approved ? 'approved' : 'rejected', { ...approvalFields(approval), answered_by: by }),
  },
  'worker.start': {
    level: 'info',
    line: ({ workerId, name, queues, names, concurrency }) =>
      said('worker started', { worker_id: workerId, worker: name, queues, job_types: names, concurrency }),
  },
  'worker.drain': {
    level: 'info',
    line: ({ workerId, running }) =>
      said('worker claims no more, and lets running jobs end', { worker_id: workerId, running }),
  },
  'worker.abort': {
    level: 'warn',
    line: ({ workerId, running }) =>
      said('worker aborts what still runs, and hands it back', { worker_id: workerId, running }),
  },
  'worker.stop': {
    level: 'info',
    line: ({ workerId, drained }) => said('worker stopped', { worker_id: workerId, drained }),
  },
  'worker.lapse': {
    level: 'error',
    line: ({ workerId, reason }) =>
      said('worker lost its lease, and goes on under a new id', { worker_id: workerId, reason }),
  },
  'worker.block': {
    level: 'warn',
    line: ({ workerId, blockedMs }) =>
      said('the event loop stood still: a handler computes without a pause', {
        worker_id: workerId,
        blocked_ms: round(blockedMs),
      }),
  },
  'worker.stuck': {
    level: 'warn',
    line: ({ sinceMs, ...job }) =>
      said('job ignores that it was aborted', { ...jobFields(job), since_ms: round(sinceMs) }),
  },
  'queue.unserved': {
    level: 'warn',
    line: ({ queue, steps }) =>
      said('no worker serves the queue of these steps: their jobs wait until one names it in its option queues', {
        queue,
        steps,
      }),
  },
  'leader.elect': {
    level: 'info',
    line: ({ workerId, term }) =>
      said('worker leads: it promotes, rescues and prunes for all', { worker_id: workerId, term }),
  },
  'leader.resign': { level: 'info', line: ({ workerId }) => said('worker leads no more', { worker_id: workerId }) },
};

function said(message: string, fields: Line['fields']): Line {
  return { message, fields };
}

function jobFields({ id, name, queue, attempt, workerId, runId, step }: JobFacts): Line['fields'] {
  const run = runId === null ? {} : { run_id: runId, step };
  return { job_id: id, job_type: name, queue, attempt, worker_id: workerId, ...run };
}

function approvalFields({ runId, pipeline, step }: ApprovalFacts): Line['fields'] {
  return { run_id: runId, pipeline, step };
}

function ended(facts: AttemptFacts, outcome: string): Line['fields'] {
  const waited = facts.waitMs === null ? {} : { wait_ms: round(facts.waitMs) };
  return { ...jobFields(facts), outcome, duration_ms: round(facts.runMs), ...waited };
}

function errorFields({ name, message, code, stack }: AttemptError): Line['fields'] {
  return { type: name, message, ...(code !== undefined && { code }), ...(stack !== undefined && { stack }) };
}

/** A tenth of a millisecond is as precise as anybody reads. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
