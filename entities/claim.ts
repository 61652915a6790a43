import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The jobs that a worker claimed at once: a dead worker's jobs are found here. */
@Entity({ name: 'claim', schema: 'rowlock', synchronize: false })
export class ClaimEntity {
  /** The fencing token of all these jobs. */
  @PrimaryColumn({ name: 'token', type: 'bigint' })
  token!: string;

  @Column({ name: 'worker_id', type: 'uuid' })
  workerId!: string;

  /** Those that have finished since are still named. */
  @Column({ name: 'job_ids', type: 'uuid', array: true })
  jobIds!: string[];

  @Column({ name: 'claimed_at', type: 'timestamptz' })
  claimedAt!: Date;

  /** The first deadline of these jobs' attempts. */
  @Column({ name: 'deadline_at', type: 'timestamptz' })
  deadlineAt!: Date;
}
