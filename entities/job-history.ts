import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FinalJobState } from '../src/core/job-state.js';
import { BaseJobEntity } from './base-job.js';

/** A job that is over. The table is partitioned by the day of `pruneAt`, and retention drops whole days. */
@Entity({ name: 'job_history', schema: 'rowlock', synchronize: false })
export class JobHistoryEntity extends BaseJobEntity {
  @Column({ name: 'state', type: 'text' })
  state!: FinalJobState;

  /** What the handler returned; null unless `completed`. */
  @Column({ name: 'result', type: 'jsonb', nullable: true })
  result!: unknown;

  /** Why it was cancelled. */
  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  /** The fencing token of the claim that finished it. */
  @Column({ name: 'token', type: 'bigint', nullable: true })
  token!: string | null;

  @Column({ name: 'worker_id', type: 'uuid', nullable: true })
  workerId!: string | null;

  @Column({ name: 'claimed_at', type: 'timestamptz', nullable: true })
  claimedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz' })
  finishedAt!: Date;

  /** From when on retention may remove it. */
  @PrimaryColumn({ name: 'prune_at', type: 'timestamptz' })
  pruneAt!: Date;
}
