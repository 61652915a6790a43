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

  /** `one`: a single job. `each`: a job an item. */
  @Column({ name: 'kind', type: 'text' })
  kind!: 'one' | 'each';

  /** `skipped`: without a job, or after it failed. `substituted`: its job failed, and the run went on with a substitute. */
  @Column({ name: 'state', type: 'text' })
  state!: 'running' | 'completed' | 'skipped' | 'substituted' | 'failed' | 'cancelled';

  /** Its jobs; none if it was skipped without one, or is a fan-out of nothing. */
  @Column({ name: 'total', type: 'integer' })
  total!: number;

  /** Jobs that have not ended yet. */
  @Column({ name: 'remaining', type: 'integer' })
  remaining!: number;

  /** Jobs that were discarded, or given up by their handler. */
  @Column({ name: 'failed', type: 'integer', default: 0 })
  failed!: number;

  /** What its job returned; null for a fan-out, whose results are with its items. */
  @Column({ name: 'result', type: 'jsonb', nullable: true })
  result!: unknown;

  /** The job that undoes the step, should the run fail; null if nothing does, and for a fan-out. */
  @Column({ name: 'undo', type: 'jsonb', nullable: true })
  undo!: unknown;

  /** How many jobs it takes to undo what has been completed of it. */
  @Column({ name: 'undoable', type: 'integer', default: 0 })
  undoable!: number;

  /** How far undoing it is; null if that has not begun. `failed`: not all of it was undone. */
  @Column({ name: 'undo_state', type: 'text', nullable: true })
  undoState!: 'running' | 'completed' | 'failed' | null;

  /** Undo jobs that have not ended yet. */
  @Column({ name: 'undo_remaining', type: 'integer', default: 0 })
  undoRemaining!: number;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
