import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a step of a run waits for from outside, or was sent before it began. */
@Entity({ name: 'pipeline_wait', schema: 'rowlock', synchronize: false })
export class PipelineWaitEntity {
  @PrimaryColumn({ name: 'run_id', type: 'uuid' })
  runId!: string;

  @PrimaryColumn({ name: 'step', type: 'text' })
  step!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: 'signal' | 'approve';

  /** The job that waits; null as long as the step has not begun. */
  @Column({ name: 'job_id', type: 'uuid', nullable: true })
  jobId!: string | null;

  @Column({ name: 'opened_at', type: 'timestamptz', nullable: true })
  openedAt!: Date | null;

  @Column({ name: 'due_at', type: 'timestamptz', nullable: true })
  dueAt!: Date | null;

  /** Who is to answer; null: anybody. */
  @Column({ name: 'assignee', type: 'text', nullable: true })
  assignee!: string | null;

  /** When the approval was handed on to that person, because nobody had answered. */
  @Column({ name: 'escalated_at', type: 'timestamptz', nullable: true })
  escalatedAt!: Date | null;

  /** How the wait ended; null: it has not. */
  @Column({ name: 'outcome', type: 'text', nullable: true })
  outcome!: 'answered' | 'rejected' | 'expired' | null;

  @Column({ name: 'payload', type: 'jsonb', nullable: true })
  payload!: unknown;

  /** The person; null for signals. */
  @Column({ name: 'answered_by', type: 'text', nullable: true })
  answeredBy!: string | null;

  /** Why it was rejected, if that was said. */
  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'answered_at', type: 'timestamptz', nullable: true })
  answeredAt!: Date | null;

  /** What was wrong with an answer that was not taken; null if there was none. */
  @Column({ name: 'refused', type: 'text', nullable: true })
  refused!: string | null;
}
