import { Type } from 'class-transformer';
import { IsArray, IsDefined, IsInt, IsString, Length, ValidateNested } from 'class-validator';
import { BlobRef } from '../../src/index.js';

/** One size of an image, as WebP. */
export class ImageVariant {
  @IsInt()
  width!: number;

  @IsInt()
  height!: number;

  /** Where its bytes are. */
  @IsDefined()
  @ValidateNested()
  @Type(() => BlobRef)
  blob!: BlobRef;
}

/** An image as `ProcessImage` returns it: what the original is, and the sizes made from it. */
export class ProcessedImage {
  /** Where the image was found, after redirects. */
  @IsString()
  url!: string;

  @IsString()
  alt!: string;

  /** SHA-256 of the original, in hexadecimal. */
  @Length(64, 64)
  sha256!: string;

  /** Format of the original: `jpeg`, `png`, `webp`, `gif` or `avif`. */
  @IsString()
  format!: string;

  /** Width in pixels as a viewer shows it, the EXIF orientation applied. */
  @IsInt()
  width!: number;

  /** Height in pixels as a viewer shows it, the EXIF orientation applied. */
  @IsInt()
  height!: number;

  /** Size of the original in bytes. */
  @IsInt()
  bytes!: number;

  /** From narrow to wide; never wider than the original. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ImageVariant)
  variants!: ImageVariant[];
}
