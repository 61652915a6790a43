import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that is held, by a job (`@Lock`) until it ends, or by code (`Locks`) until `expiresAt`. */
@Entity({ name: 'lock', schema: 'rowlock', synchronize: false })
export class LockEntity {
  @PrimaryColumn({ name: 'key', type: 'text' })
  key!: string;

  @Column({ name: 'tenant', type: 'text', default: '' })
  tenant!: string;

  /** The job that holds the key; null if code does. */
  @Column({ name: 'job_id', type: 'uuid', nullable: true })
  jobId!: string | null;

  /** Who it is, for people to read. */
  @Column({ name: 'holder', type: 'text' })
  holder!: string;

  /** Rises with each new holder: what the lock protects can refuse a smaller one. Null if a job holds it: that has its own. */
  @Column({ name: 'token', type: 'bigint', nullable: true })
  token!: string | null;

  @Column({ name: 'acquired_at', type: 'timestamptz' })
  acquiredAt!: Date;

  /** From when on another may take it; null if a job holds it. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;
}
