import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Bytes under the hash of their content: written once, never changed, shared by all who refer to them. */
@Entity({ name: 'blob' })
export class StoredBlob {
  /** SHA-256 of `content`, in hexadecimal. */
  @PrimaryColumn({ type: 'char', length: 64, primaryKeyConstraintName: 'blob_pkey' })
  sha256!: string;

  @Column({ name: 'content_type', type: 'text' })
  contentType!: string;

  /** Size in bytes, readable without fetching the content. */
  @Column({ type: 'integer' })
  size!: number;

  @Column({ type: 'bytea' })
  content!: Buffer;
}
