import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A migration of Rowlock's that was applied, whoever ran it. */
@Entity({ name: 'migration', schema: 'rowlock', synchronize: false })
export class MigrationEntity {
  @PrimaryColumn({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'applied_at', type: 'timestamptz' })
  appliedAt!: Date;
}
