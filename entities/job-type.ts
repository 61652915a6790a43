import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OnConflict, UniqueScope } from '../src/core/unique.js';

/** The settings of a job type, as the newest worker that has its handler declared them. */
@Entity({ name: 'job_type', schema: 'rowlock', synchronize: false })
export class JobTypeEntity {
  @PrimaryColumn({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'version', type: 'integer' })
  version!: number;

  @Column({ name: 'queue', type: 'text', collation: 'C' })
  queue!: string;

  /** 0 is claimed first, 9 last. */
  @Column({ name: 'priority', type: 'smallint' })
  priority!: number;

  @Column({ name: 'max_attempts', type: 'smallint' })
  maxAttempts!: number;

  /** Milliseconds; null: as the worker has it. */
  @Column({ name: 'timeout_ms', type: 'integer', nullable: true })
  timeoutMs!: number | null;

  /** Milliseconds; null: a week. */
  @Column({ name: 'keep_ms', type: 'bigint', nullable: true })
  keepMs!: string | null;

  /** Of `@Lock`, such as `page:{url}`. */
  @Column({ name: 'lock_template', type: 'text', nullable: true })
  lockTemplate!: string | null;

  /** Of `@Unique`; null, as the next three, if jobs of this type need not be unique. */
  @Column({ name: 'unique_template', type: 'text', nullable: true })
  uniqueTemplate!: string | null;

  @Column({ name: 'unique_scope', type: 'text', nullable: true })
  uniqueScope!: UniqueScope | null;

  /** Milliseconds; set if the scope is `period`. */
  @Column({ name: 'unique_period_ms', type: 'bigint', nullable: true })
  uniquePeriodMs!: string | null;

  @Column({ name: 'unique_on_conflict', type: 'text', nullable: true })
  uniqueOnConflict!: OnConflict | null;

  /** A key is computed by a function: only a process that has the class can enqueue such a job. */
  @Column({ name: 'needs_class', type: 'boolean', default: false })
  needsClass!: boolean;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
