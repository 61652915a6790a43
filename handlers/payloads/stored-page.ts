import { Type } from 'class-transformer';
import { IsArray, IsDefined, IsISO8601, IsInt, IsString, ValidateNested } from 'class-validator';
import { Page } from './page.js';
import { ProcessedImage } from './processed-image.js';

/** A page with its images: the payload of `StorePage`. */
export class StorePageInput {
  @IsDefined() // @ValidateNested alone lets a missing object pass
  @ValidateNested()
  @Type(() => Page)
  page!: Page;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ProcessedImage)
  images!: ProcessedImage[];
}

/** What `StorePage` has written. */
export class StoredPage {
  /** Where the page was found: the key of its row. */
  @IsString()
  url!: string;

  /** Which version was written: that of the scraped page. */
  @IsISO8601()
  scrapedAt!: string;

  /** How many images are stored with the page; pictures of equal content count once. */
  @IsInt()
  images!: number;
}

/** The payload of `RemovePage`: what a pipeline hands to the undo of `StorePage`. */
export class PageRemoval {
  @IsDefined()
  @ValidateNested()
  @Type(() => StoredPage)
  result!: StoredPage;
}
