import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One item of a fan-out step: a job. */
@Entity({ name: 'pipeline_item', schema: 'rowlock', synchronize: false })
export class PipelineItemEntity {
  @PrimaryColumn({ name: 'run_id', type: 'uuid' })
  runId!: string;

  @PrimaryColumn({ name: 'step', type: 'text' })
  step!: string;

  /** From 0, in the order in which the step was given the items. */
  @PrimaryColumn({ name: 'item', type: 'integer' })
  item!: number;

  @Column({ name: 'state', type: 'text' })
  state!: string;

  /** The payload of its job, kept for what undoes it. */
  @Column({ name: 'payload', type: 'jsonb', nullable: true })
  payload!: unknown;

  @Column({ name: 'result', type: 'jsonb', nullable: true })
  result!: unknown;

  /** How far undoing it is; null if nothing undoes it, or nothing had to. */
  @Column({ name: 'undo_state', type: 'text', nullable: true })
  undoState!: string | null;
}
