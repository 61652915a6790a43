import { Column, Entity, OneToMany, PrimaryColumn } from 'typeorm';
import { PageImage } from './page-image.js';

/** A scraped page, one row a URL. Written by `StorePage`. */
@Entity({ name: 'scraped_page' })
export class ScrapedPage {
  /** Where the page was found, after redirects. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'scraped_page_pkey' })
  url!: string;

  @Column({ type: 'text', nullable: true })
  title!: string | null;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  /** The address that the page itself calls its own. */
  @Column({ type: 'text', nullable: true })
  canonical!: string | null;

  /** The beginning of the visible text. */
  @Column({ type: 'text' })
  excerpt!: string;

  /** `{ url, text, sameHost, nofollow }` each, in document order. */
  @Column({ type: 'jsonb' })
  links!: readonly { url: string; text: string; sameHost: boolean; nofollow: boolean }[];

  /** Size of the HTML in bytes. */
  @Column({ type: 'integer' })
  bytes!: number;

  /** SHA-256 of the HTML, in hexadecimal. */
  @Column({ type: 'char', length: 64 })
  sha256!: string;

  @Column({ name: 'scraped_at', type: 'timestamptz', precision: 3 })
  scrapedAt!: Date;

  @OneToMany(() => PageImage, (image) => image.page)
  images!: PageImage[];
}
