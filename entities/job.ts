import { Column, Entity } from 'typeorm';
import { BaseJobEntity } from './base-job.js';

/** A job that may be claimed (`available`), or that a worker has claimed (`running`): then it has a token. */
@Entity({ name: 'job', schema: 'rowlock', synchronize: false })
export class JobEntity extends BaseJobEntity {
  /** The fencing token of the claim: whoever finishes the job must show it. */
  @Column({ name: 'token', type: 'bigint', nullable: true })
  token!: string | null;

  @Column({ name: 'worker_id', type: 'uuid', nullable: true })
  workerId!: string | null;

  @Column({ name: 'claimed_at', type: 'timestamptz', nullable: true })
  claimedAt!: Date | null;

  /** When the attempt counts as hung, though its worker lives. */
  @Column({ name: 'deadline_at', type: 'timestamptz', nullable: true })
  deadlineAt!: Date | null;

  @Column({ name: 'cancel_requested_at', type: 'timestamptz', nullable: true })
  cancelRequestedAt!: Date | null;

  @Column({ name: 'cancel_reason', type: 'text', nullable: true })
  cancelReason!: string | null;
}
