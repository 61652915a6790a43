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

  /** `compensating`: it has failed, and finished steps are being undone. */
  @Column({ name: 'state', type: 'text' })
  state!: 'running' | 'compensating' | 'completed' | 'failed' | 'cancelled';

  @Column({ name: 'input', type: 'jsonb' })
  input!: unknown;

  /** What the last step returned; null unless `completed`. */
  @Column({ name: 'output', type: 'jsonb', nullable: true })
  output!: unknown;

  /** Which step failed, and why. */
  @Column({ name: 'error', type: 'jsonb', nullable: true })
  error!: unknown;

  /** Of its jobs, where their steps say nothing else. */
  @Column({ name: 'priority', type: 'smallint' })
  priority!: number;

  @Column({ name: 'owner', type: 'text', nullable: true })
  owner!: string | null;

  @Column({ name: 'tenant', type: 'text', default: '' })
  tenant!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  /** From when on retention may remove it; null while it is not over. */
  @Column({ name: 'prune_at', type: 'timestamptz', nullable: true })
  pruneAt!: Date | null;
}
