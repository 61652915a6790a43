import { IsUrl, MaxLength } from 'class-validator';

/** A page to fetch: the payload of `ScrapePage`, and the input of `ingestPage`. */
export class PageRef {
  /** Absolute, http or https. */
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'], allow_underscores: true })
  @MaxLength(2000)
  url!: string;
}
