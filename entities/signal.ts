import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signal that was sent to a job and that its handler has not taken yet. */
@Entity({ name: 'signal', schema: 'rowlock', synchronize: false })
export class SignalEntity {
  @PrimaryColumn({ name: 'job_id', type: 'uuid' })
  jobId!: string;

  /** UUID v7: of two signals of one name, the earlier one is taken first. */
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id!: string;

  @Column({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'payload', type: 'jsonb' })
  payload!: unknown;

  /** Why it was not taken: what is wrong with its payload. Null: it was not looked at. */
  @Column({ name: 'refused', type: 'text', nullable: true })
  refused!: string | null;

  @Column({ name: 'sent_at', type: 'timestamptz' })
  sentAt!: Date;
}
