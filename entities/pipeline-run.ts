import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One run of a pipeline. */
@Entity({ name: 'pipeline_run', schema: 'rowlock', synchronize: false })
export class PipelineRunEntity {
  /** UUID v7, made by whoever started it. */
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id!: string;

  /** The pipeline. */
  @Column({ name: 'name', type: 'text' })
  name!: string;

  /** The version of the pipeline, by which the run goes to its end. */
  @Column({ name: 'version', type: 'text' })
  version!: string;

  /** `stopping`: what it has left to run is being ended. `compensating`: completed steps are being undone. */
  @Column({ name: 'state', type: 'text' })
  state!: 'running' | 'stopping' | 'compensating' | 'completed' | 'failed' | 'cancelled';

  /** How it will end, once it has been stopped, and compensated if it is to be; null unless that is so. */
  @Column({ name: 'ends_as', type: 'text', nullable: true })
  endsAs!: 'failed' | 'cancelled' | null;

  /** Whether completed steps are undone before it ends. */
  @Column({ name: 'undoes', type: 'boolean', default: false })
  undoes!: boolean;

  @Column({ name: 'input', type: 'jsonb' })
  input!: unknown;

  /** What the steps returned after which none comes; null unless `completed`. */
  @Column({ name: 'output', type: 'jsonb', nullable: true })
  output!: unknown;

  /** Which step failed and why, and what was not undone. */
  @Column({ name: 'error', type: 'jsonb', nullable: true })
  error!: unknown;

  /** Of all its jobs; null: what their steps and handlers say. */
  @Column({ name: 'priority', type: 'smallint', nullable: true })
  priority!: number | null;

  /** Of all its jobs. */
  @Column({ name: 'tags', type: 'text', array: true, default: () => "'{}'" })
  tags!: string[];

  @Column({ name: 'owner', type: 'text', nullable: true })
  owner!: string | null;

  @Column({ name: 'tenant', type: 'text', default: '' })
  tenant!: string;

  /** Of the unfinished runs of a pipeline, one has it. */
  @Column({ name: 'unique_key', type: 'text', nullable: true })
  uniqueKey!: string | null;

  /** The run of which a step runs this one; null if it was started by itself. */
  @Column({ name: 'parent_id', type: 'uuid', nullable: true })
  parentId!: string | null;

  /** That step. */
  @Column({ name: 'parent_step', type: 'text', nullable: true })
  parentStep!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** It fails if it is not over by then; null: it may take as long as it takes. */
  @Column({ name: 'deadline_at', type: 'timestamptz', nullable: true })
  deadlineAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  /** From when on retention may remove it; null while it is not over. */
  @Column({ name: 'prune_at', type: 'timestamptz', nullable: true })
  pruneAt!: Date | null;

  /** The run that it repeats, and of a fork which steps' results it took over; null for one that was started. */
  @Column({ name: 'origin', type: 'jsonb', nullable: true })
  origin!: unknown;

  /** How often it went on after it had failed or was cancelled. */
  @Column({ name: 'retries', type: 'smallint', default: 0 })
  retries!: number;

  @Column({ name: 'retried_at', type: 'timestamptz', nullable: true })
  retriedAt!: Date | null;
}
