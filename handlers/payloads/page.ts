import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsISO8601, IsInt, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import { ImageRef } from './image-ref.js';

/** A link of a page. */
export class PageLink {
  /** Absolute, without fragment. */
  @IsString()
  url!: string;

  /** What the link reads, shortened. */
  @IsString()
  text!: string;

  /** Whether it leads to the page's own host (and port). */
  @IsBoolean()
  sameHost!: boolean;

  /** Whether the page asks crawlers not to follow it. */
  @IsBoolean()
  nofollow!: boolean;
}

/** A page as `ScrapePage` returns it. Plain JSON: a result is stored, and the next step reads it from there. */
export class Page {
  /** Where the page was found, after redirects. */
  @IsString()
  url!: string;

  @IsOptional()
  @IsString()
  title!: string | null;

  @IsOptional()
  @IsString()
  description!: string | null;

  /** The address that the page itself calls its own. */
  @IsOptional()
  @IsString()
  canonical!: string | null;

  /** The beginning of the visible text. */
  @IsString()
  excerpt!: string;

  /** In document order, each once; 64 KiB of them at most, some 400. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PageLink)
  links!: PageLink[];

  /** In document order, each once, at most 100. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ImageRef)
  images!: ImageRef[];

  /** Size of the HTML in bytes. */
  @IsInt()
  bytes!: number;

  /** SHA-256 of the HTML, in hexadecimal: the same twice means that nothing changed. */
  @Length(64, 64)
  sha256!: string;

  /** When it was fetched, ISO 8601. */
  @IsISO8601()
  scrapedAt!: string;
}
