import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A worker process. Its heartbeat is the lease of everything that it has claimed. */
@Entity({ name: 'worker', schema: 'rowlock', synchronize: false })
export class WorkerEntity {
  /** UUID v7, new at every start, and again after a lost lease. */
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id!: string;

  @Column({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'host', type: 'text' })
  host!: string;

  @Column({ name: 'pid', type: 'integer' })
  pid!: number;

  /** The version of rowlock that it runs. */
  @Column({ name: 'version', type: 'text' })
  version!: string;

  @Column({ name: 'queues', type: 'text', array: true })
  queues!: string[];

  /** The job types that it has handlers for. */
  @Column({ name: 'job_names', type: 'text', array: true })
  jobNames!: string[];

  /** Jobs that it runs at a time, over all its queues. */
  @Column({ name: 'concurrency', type: 'integer' })
  concurrency!: number;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'heartbeat_at', type: 'timestamptz' })
  heartbeatAt!: Date;

  /** Milliseconds after a heartbeat until its jobs are given to others. */
  @Column({ name: 'lease_ms', type: 'integer' })
  leaseMs!: number;

  /** Milliseconds that its event loop had stood still for at the last heartbeat. */
  @Column({ name: 'blocked_ms', type: 'integer', default: 0 })
  blockedMs!: number;

  /** It finishes what it has and claims no more. */
  @Column({ name: 'draining', type: 'boolean', default: false })
  draining!: boolean;
}
