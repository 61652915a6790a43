import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A pipeline's shape, one row for each version that has had runs. */
@Entity({ name: 'pipeline', schema: 'rowlock', synchronize: false })
export class PipelineEntity {
  @PrimaryColumn({ name: 'name', type: 'text' })
  name!: string;

  /** A digest of the shape. */
  @PrimaryColumn({ name: 'version', type: 'text' })
  version!: string;

  /** Steps, kinds, handlers, edges and failure policies. */
  @Column({ name: 'graph', type: 'jsonb' })
  graph!: unknown;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
