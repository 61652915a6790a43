import { IsString, Matches, MaxLength } from 'class-validator';

/** An image to fetch: the payload of `ProcessImage`. */
export class ImageRef {
  /** Absolute, http or https. Found in HTML: whether a server answers there is for the fetcher to say. */
  @Matches(/^https?:\/\/\S+$/i)
  @MaxLength(2000)
  url!: string;

  /** What the page says the image shows; empty if it says nothing. */
  @IsString()
  alt!: string;
}
