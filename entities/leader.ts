import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which worker does what only one may do: promotion, rescue, retention. */
@Entity({ name: 'leader', schema: 'rowlock', synchronize: false })
export class LeaderEntity {
  /** The office; there is one, `maintenance`. */
  @PrimaryColumn({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'worker_id', type: 'uuid' })
  workerId!: string;

  /** Counts the changes of leader. */
  @Column({ name: 'term', type: 'bigint' })
  term!: string;

  /** From when on another worker may take over. */
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
