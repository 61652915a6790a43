import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A `step`, `sleep` or `waitFor` that a handler has got past, or at which it is suspended. */
@Entity({ name: 'checkpoint', schema: 'rowlock', synchronize: false })
export class CheckpointEntity {
  @PrimaryColumn({ name: 'job_id', type: 'uuid' })
  jobId!: string;

  /** In the order in which the handler asks for them, from 1. */
  @PrimaryColumn({ name: 'place', type: 'integer' })
  place!: number;

  /** `timeout`: a signal that did not come in time. */
  @Column({ name: 'kind', type: 'text' })
  kind!: 'step' | 'sleep' | 'signal' | 'timeout';

  @Column({ name: 'name', type: 'text' })
  name!: string;

  /** What a step returned, or a signal's payload. */
  @Column({ name: 'result', type: 'jsonb', nullable: true })
  result!: unknown;

  /** The end of a sleep, or of the wait for a signal; null for steps. */
  @Column({ name: 'due_at', type: 'timestamptz', nullable: true })
  dueAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
