import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One item of a fan-out step with a limit that has not begun. */
@Entity({ name: 'pipeline_backlog', schema: 'rowlock', synchronize: false })
export class PipelineBacklogEntity {
  @PrimaryColumn({ name: 'run_id', type: 'uuid' })
  runId!: string;

  @PrimaryColumn({ name: 'step', type: 'text' })
  step!: string;

  /** From 0, in the order in which the step was given the items. */
  @PrimaryColumn({ name: 'item', type: 'integer' })
  item!: number;

  /** The job that it will have. */
  @Column({ name: 'job', type: 'jsonb' })
  job!: unknown;
}
