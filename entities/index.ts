/**
 * Rowlock's tables as TypeORM entities, to read with repositories and queries of your own. Write to them only through
 * Rowlock: what a row may become next is guarded by its statements, not by its columns.
 *
 * @module
 */
export { BaseJobEntity } from './base-job.js';
export { BlobPartEntity } from './blob-part.js';
export { BlobEntity } from './blob.js';
export { CheckpointEntity } from './checkpoint.js';
export { ClaimEntity } from './claim.js';
export { entityIn, type EntityClass } from './entity-in.js';
export { JobHistoryEntity } from './job-history.js';
export { JobTypeEntity } from './job-type.js';
export { JobWaitingEntity } from './job-waiting.js';
export { JobEntity } from './job.js';
export { LeaderEntity } from './leader.js';
export { LockEntity } from './lock.js';
export { MigrationEntity } from './migration.js';
export { PipelineBacklogEntity } from './pipeline-backlog.js';
export { PipelineItemEntity } from './pipeline-item.js';
export { PipelineRunEntity } from './pipeline-run.js';
export { PipelineStepEntity } from './pipeline-step.js';
export { PipelineWaitEntity } from './pipeline-wait.js';
export { PipelineEntity } from './pipeline.js';
export { QueueEntity } from './queue.js';
export { entitiesIn, rowlockEntities } from './rowlock-entities.js';
export { SignalEntity } from './signal.js';
export { UniqueKeyEntity } from './unique-key.js';
export { WorkerEntity } from './worker.js';
