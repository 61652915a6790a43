import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Bytes that `DatabaseBlobStore` keeps, once for all who refer to them; they are in its parts. */
@Entity({ name: 'blob', schema: 'rowlock', synchronize: false })
export class BlobEntity {
  /** SHA-256 of the bytes, in hexadecimal. */
  @PrimaryColumn({ name: 'key', type: 'text' })
  key!: string;

  /** In bytes. */
  @Column({ name: 'size', type: 'bigint' })
  size!: string;

  /** What its parts have in common. */
  @Column({ name: 'upload', type: 'uuid' })
  upload!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
