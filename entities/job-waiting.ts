import { Column, Entity } from 'typeorm';
import { BaseJobEntity } from './base-job.js';

/** A job that may not be claimed yet: its time, another step, or its lock key has to come first. */
@Entity({ name: 'job_waiting', schema: 'rowlock', synchronize: false })
export class JobWaitingEntity extends BaseJobEntity {
  @Column({ name: 'state', type: 'text' })
  state!: 'pending' | 'scheduled' | 'retryable';

  /** When it becomes available; null while `pending`. */
  @Column({ name: 'run_at', type: 'timestamptz', nullable: true })
  runAt!: Date | null;
}
