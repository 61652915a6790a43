import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { UniqueScope } from '../src/core/unique.js';

/** A key that is taken: a second job of the type and key is rejected, ignored, or replaces the first. */
@Entity({ name: 'unique_key', schema: 'rowlock', synchronize: false })
export class UniqueKeyEntity {
  @PrimaryColumn({ name: 'tenant', type: 'text', default: '' })
  tenant!: string;

  /** The job type. */
  @PrimaryColumn({ name: 'name', type: 'text' })
  name!: string;

  @PrimaryColumn({ name: 'key', type: 'text' })
  key!: string;

  /** The job that has it. */
  @Column({ name: 'job_id', type: 'uuid' })
  jobId!: string;

  /** Until when it is taken: the job's claim, its end, or `expiresAt`. */
  @Column({ name: 'scope', type: 'text' })
  scope!: UniqueScope;

  /** Set if the scope is `period`. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;
}
