import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One item of a fan-out step that is over. */
@Entity({ name: 'pipeline_item', schema: 'rowlock', synchronize: false })
export class PipelineItemEntity {
  @PrimaryColumn({ name: 'run_id', type: 'uuid' })
  runId!: string;

  @PrimaryColumn({ name: 'step', type: 'text' })
  step!: string;

  /** From 1: the first item of the step that was over, and so on. */
  @PrimaryColumn({ name: 'finish_order', type: 'integer' })
  finishOrder!: number;

  /** From 0, in the order in which the step was given the items. */
  @Column({ name: 'item', type: 'integer' })
  item!: number;

  /** `skipped` and `substituted`: its job failed, and the step went on without its result or with a substitute. */
  @Column({ name: 'state', type: 'text' })
  state!: 'completed' | 'skipped' | 'substituted' | 'failed' | 'cancelled';

  @Column({ name: 'result', type: 'jsonb', nullable: true })
  result!: unknown;

  /** The job that undoes the item, should the run fail; null if nothing does. */
  @Column({ name: 'undo', type: 'jsonb', nullable: true })
  undo!: unknown;

  @Column({ name: 'finished_at', type: 'timestamptz' })
  finishedAt!: Date;
}
