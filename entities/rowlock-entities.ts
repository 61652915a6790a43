import { BlobPartEntity } from './blob-part.js';
import { BlobEntity } from './blob.js';
import { CheckpointEntity } from './checkpoint.js';
import { ClaimEntity } from './claim.js';
import type { EntityClass } from './entity-in.js';
import { entityIn } from './entity-in.js';
import { JobHistoryEntity } from './job-history.js';
import { JobTypeEntity } from './job-type.js';
import { JobWaitingEntity } from './job-waiting.js';
import { JobEntity } from './job.js';
import { LeaderEntity } from './leader.js';
import { LockEntity } from './lock.js';
import { MigrationEntity } from './migration.js';
import { PipelineBacklogEntity } from './pipeline-backlog.js';
import { PipelineItemEntity } from './pipeline-item.js';
import { PipelineRunEntity } from './pipeline-run.js';
import { PipelineStepEntity } from './pipeline-step.js';
import { PipelineWaitEntity } from './pipeline-wait.js';
import { PipelineEntity } from './pipeline.js';
import { QueueEntity } from './queue.js';
import { SignalEntity } from './signal.js';
import { UniqueKeyEntity } from './unique-key.js';
import { WorkerEntity } from './worker.js';

/**
 * One class for each of Rowlock's tables, in the schema `rowlock`. Rowlock itself does not need them in your DataSource;
 * list them to read its tables through TypeORM. Schema synchronisation leaves these tables alone.
 * @example new DataSource({ …, entities: [...rowlockEntities, Order, Customer] })
 */
export const rowlockEntities: EntityClass[] = [
  JobEntity,
  JobWaitingEntity,
  JobHistoryEntity,
  WorkerEntity,
  ClaimEntity,
  LeaderEntity,
  QueueEntity,
  JobTypeEntity,
  LockEntity,
  UniqueKeyEntity,
  CheckpointEntity,
  SignalEntity,
  PipelineEntity,
  PipelineRunEntity,
  PipelineStepEntity,
  PipelineItemEntity,
  PipelineBacklogEntity,
  PipelineWaitEntity,
  BlobEntity,
  BlobPartEntity,
  MigrationEntity,
];

/**
 * The same classes for a schema of another name; `entityIn` gives a single one. TypeORM splits names at dots, so a schema
 * that is read through entities must have none in its name.
 * @example new DataSource({ …, entities: [...entitiesIn('background'), Order, Customer] })
 */
export function entitiesIn(schema: string): EntityClass[] {
  return rowlockEntities.map((entity) => entityIn(entity, schema));
}
