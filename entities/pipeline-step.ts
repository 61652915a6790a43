import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A step of a run that has begun. */
@Entity({ name: 'pipeline_step', schema: 'rowlock', synchronize: false })
export class PipelineStepEntity {
  @PrimaryColumn({ name: 'run_id', type: 'uuid' })
  runId!: string;

  @PrimaryColumn({ name: 'step', type: 'text' })
  step!: string;

  /** Its place in the pipeline, from 0. */
  @Column({ name: 'position', type: 'smallint' })
  position!: number;

  @Column({ name: 'state', type: 'text' })
  state!: 'running' | 'completed' | 'failed' | 'cancelled';

  /** Its jobs. */
  @Column({ name: 'total', type: 'integer' })
  total!: number;

  /** Jobs that have not ended yet. */
  @Column({ name: 'remaining', type: 'integer' })
  remaining!: number;

  /** Jobs that ended without a result. */
  @Column({ name: 'failed', type: 'integer', default: 0 })
  failed!: number;

  /** The payload of its job, kept for what undoes it; null for a fan-out. */
  @Column({ name: 'payload', type: 'jsonb', nullable: true })
  payload!: unknown;

  /** What its job returned, or the results of its items in their order. */
  @Column({ name: 'result', type: 'jsonb', nullable: true })
  result!: unknown;

  /** How far undoing it is; null if nothing undoes it, or nothing had to. */
  @Column({ name: 'undo_state', type: 'text', nullable: true })
  undoState!: string | null;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
