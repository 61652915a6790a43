import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { ScrapedPage } from './page.js';

/** An image of a page, by its content: the same picture under two addresses of a page is one row. */
@Entity({ name: 'page_image' })
export class PageImage {
  @PrimaryColumn({ name: 'page_url', type: 'text', primaryKeyConstraintName: 'page_image_pkey' })
  pageUrl!: string;

  /** SHA-256 of the original, in hexadecimal. */
  @PrimaryColumn({ type: 'char', length: 64, primaryKeyConstraintName: 'page_image_pkey' })
  sha256!: string;

  @ManyToOne(() => ScrapedPage, (page) => page.images, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'page_url', foreignKeyConstraintName: 'page_image_page_url_fkey' })
  page!: ScrapedPage;

  /** Place on the page, from 0. */
  @Column({ type: 'integer' })
  position!: number;

  @Column({ type: 'text' })
  url!: string;

  @Column({ type: 'text' })
  alt!: string;

  /** Format of the original: `jpeg`, `png`, `webp`, `gif` or `avif`. */
  @Column({ type: 'text' })
  format!: string;

  /** Pixels as shown, the EXIF orientation applied. */
  @Column({ type: 'integer' })
  width!: number;

  @Column({ type: 'integer' })
  height!: number;

  /** Size of the original in bytes. */
  @Column({ type: 'integer' })
  bytes!: number;

  /** The size of each WebP, from narrow to wide, and where its bytes are: a `BlobRef`. */
  @Column({ type: 'jsonb' })
  variants!: readonly {
    width: number;
    height: number;
    blob: { key: string; size: number; type: string; sha256: string };
  }[];
}
