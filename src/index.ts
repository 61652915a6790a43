/**
 * Type-safe background jobs and multi-step pipelines on PostgreSQL.
 *
 * @module
 */
export type { AttemptError } from './core/attempt-error.js';
export type { Duration } from './core/duration.js';
export { milliseconds } from './core/duration.js';
export * from './core/errors.js';
export * from './core/step-errors.js';
export { StepResultsError } from './core/step-results-error.js';
export { BlobError } from './core/blob-error.js';
export { RunRepeatError } from './core/run-repeat-error.js';
export type {
  HandlerClass,
  HandlerShape,
  PayloadInput,
  PayloadOf,
  ResultOf,
  StoredResultOf,
} from './core/handler-class.js';
export type { FinalJobState, JobState, Verb } from './core/job-state.js';
export type { Json, Jsonify } from './core/json.js';
export type { RetryOptions } from './core/retry-policy.js';
export type { OnConflict, UniqueOptions } from './core/unique.js';

export { JobHandler } from './decorators/job-handler.js';
export { Keep } from './decorators/keep.js';
export { Lock } from './decorators/lock.js';
export { Priority } from './decorators/priority.js';
export { Retry } from './decorators/retry.js';
export { Timeout } from './decorators/timeout.js';
export { Transactional } from './decorators/transactional.js';
export { Unique } from './decorators/unique.js';

export { defineHandler } from './registry/define-handler.js';
export type { Handler } from './registry/handler.js';
export type { JobContext, JobLog, JobRun, WaitOptions } from './registry/job-context.js';
export { NoPayload } from './registry/no-payload.js';
export type { StepItem } from './registry/step-item.js';

export type { EmptyPipeline, PipelineBuilder } from './pipelines/pipeline-builder.js';
export { pipeline } from './pipelines/pipeline-builder.js';
export { mermaid } from './pipelines/mermaid.js';
export type { StepShape } from './pipelines/pipeline-graph.js';
export type { AfterSkipped, StepAsk, StepAsks } from './pipelines/step-facts.js';
export type {
  ApprovalOptions,
  ChildOptions,
  EachOptions,
  EdgeOptions,
  Escalation,
  OnFailure,
  OnItemFailure,
  SignalOptions,
  StepJobOptions,
  StepOptions,
} from './pipelines/step-options.js';
export type { PipelineDefinition } from './pipelines/pipeline-definition.js';
export type { UndoPayload } from './pipelines/step-undo.js';
export type { ResultsAs, StreamedResults } from './pipelines/streamed-results.js';

export { BlobRef } from './blobs/blob-ref.js';
export { type BlobSource, BlobStore, type PutOptions } from './blobs/blob-store.js';
export { DatabaseBlobStore } from './blobs/database-blob-store.js';
export { FileBlobStore } from './blobs/file-blob-store.js';

export type { ApprovalTokenOptions, PendingApproval, PendingOptions } from './client/approvals.js';
export { Approvals } from './client/approvals.js';
export type { ApprovalGrant } from './client/approval-token.js';
export type { EnqueueOptions, TransactionOptions } from './client/enqueue-options.js';
export { HeldLock } from './client/held-lock.js';
export type { JobDetails } from './client/job-details.js';
export type { JobEvent } from './client/job-events.js';
export { JobHandle } from './client/job-handle.js';
export type { CancelOutcome, RescheduleOptions } from './client/job-operations.js';
export type { JobFilter, JobPage } from './client/job-query.js';
export type { EnqueueManyOptions } from './client/jobs.js';
export { Jobs } from './client/jobs.js';
export type { LockOptions } from './client/locks.js';
export { Locks } from './client/locks.js';
export type { PageOptions } from './client/page-options.js';
export { Pipelines } from './client/pipelines.js';
export type { ForkOptions, RerunOptions } from './client/repeat-options.js';
export type { EventsOptions, RunEvent } from './client/run-events.js';
export type { CancelRunOptions } from './client/run-handle.js';
export { RunHandle } from './client/run-handle.js';
export type { RunFilter, RunPage } from './client/run-query.js';
export type { RunStatus, StepStatus } from './client/run-status.js';
export type { RunGraph, RunGraphStep, StepWaitStatus } from './client/run-graph.js';
export type { StartOptions } from './client/start-options.js';

export type { CreateContainerOptions } from './container/create-container.js';
export { createContainer } from './container/create-container.js';
export type { ApprovalsOptions, RowlockOptions, WorkerOptions } from './container/options.js';
export type { MigrationStatus, MigratorOptions } from './container/migrator.js';
export { Migrator } from './container/migrator.js';
export { rowlockModule } from './container/rowlock-module.js';

export type { SqlExecutor } from './repositories/database.js';
export type { ApprovalFacts, AttemptFacts, EventName, Events, JobFacts, UnservedQueue } from './telemetry/events.js';
export { Telemetry } from './telemetry/events.js';
export type { StopResult, WorkerState } from './worker/shutdown.js';
export type { WorkerHealth } from './worker/worker.js';
export { Worker } from './worker/worker.js';
export { VERSION } from './version.js';
