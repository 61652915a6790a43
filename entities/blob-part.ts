import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A mebibyte of a blob, or what is left of it. */
@Entity({ name: 'blob_part', schema: 'rowlock', synchronize: false })
export class BlobPartEntity {
  @PrimaryColumn({ name: 'upload', type: 'uuid' })
  upload!: string;

  /** From 0. */
  @PrimaryColumn({ name: 'part', type: 'integer' })
  part!: number;

  @Column({ name: 'content', type: 'bytea' })
  content!: Buffer;
}
