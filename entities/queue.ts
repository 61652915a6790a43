import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What was set for a queue. A queue without a row is open. */
@Entity({ name: 'queue', schema: 'rowlock', synchronize: false })
export class QueueEntity {
  @PrimaryColumn({ name: 'name', type: 'text', collation: 'C' })
  name!: string;

  /** Since when nothing is claimed from it; null: it is open. */
  @Column({ name: 'paused_at', type: 'timestamptz', nullable: true })
  pausedAt!: Date | null;
}
