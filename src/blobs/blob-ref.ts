import { IsInt, IsString, Length, Matches, Min } from 'class-validator';

/**
 * What stands for a blob in payloads and results: plain fields, so it travels as JSON. In a payload class it is a nested one.
 * @example
 * ```ts
 * class Resize { @ValidateNested() @Type(() => BlobRef) original!: BlobRef }
 * ```
 */
export class BlobRef {
  /** By which its store finds it; in the stores of Rowlock the same as `sha256`. */
  @IsString()
  @Length(1, 1_000)
  key!: string;

  /** In bytes. */
  @IsInt()
  @Min(0)
  size!: number;

  /** The media type that whoever put it said. */
  @IsString()
  @Length(1, 255)
  type!: string;

  /** SHA-256 of its bytes, in hexadecimal. */
  @Matches(/^[0-9a-f]{64}$/)
  sha256!: string;
}
