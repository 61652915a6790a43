import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { ImageError } from './image-error.js';
import { sniffFormat, type ImageFormat } from './sniff-format.js';

/** What an image is, as a viewer shows it. */
export interface ImageFacts {
  readonly format: ImageFormat;
  /** Pixels, the EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
}

/** One resized image. */
export interface WebpImage {
  readonly content: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Decoded, an image takes four bytes a pixel: 25 megapixels are 100 MB, however few bytes the file has. */
const MAX_PIXELS = 25_000_000;

const OPTIONS: SharpOptions = { failOn: 'warning', limitInputPixels: MAX_PIXELS };

// One thread an image: the worker's concurrency, not libvips, decides how many cores are used.
sharp.concurrency(1);

/**
 * Reads what an image is from its header. Of an animation the first frame counts.
 * @throws ImageError `IMAGE_UNSUPPORTED`, `IMAGE_TOO_MANY_PIXELS`, `IMAGE_CORRUPT`
 */
export async function readImage(bytes: Buffer): Promise<ImageFacts> {
  const format = sniffFormat(bytes);
  if (!format) throw new ImageError('IMAGE_UNSUPPORTED', 'The bytes are none of JPEG, PNG, WebP, GIF and AVIF.');
  const { autoOrient } = await decoding(() => sharp(bytes, OPTIONS).metadata());
  return { format, width: autoOrient.width, height: autoOrient.height };
}

/**
 * Resizes to a width and encodes as WebP. Never enlarges; turns upright by EXIF; drops EXIF and other metadata.
 * @throws ImageError `IMAGE_CORRUPT`
 */
export async function toWebp(bytes: Buffer, width: number): Promise<WebpImage> {
  const image: Sharp = sharp(bytes, OPTIONS).autoOrient().resize({ width, withoutEnlargement: true }).webp();
  const { data, info } = await decoding(() => image.toBuffer({ resolveWithObject: true }));
  return { content: data, width: info.width, height: info.height };
}

/** sharp tells failures apart only by their text. */
async function decoding<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { message } = cause as Error;
    if (/exceeds pixel limit/i.test(message)) {
      throw new ImageError('IMAGE_TOO_MANY_PIXELS', `The image has more than ${MAX_PIXELS} pixels.`, { cause });
    }
    throw new ImageError('IMAGE_CORRUPT', `The image is damaged: ${message}.`, { cause });
  }
}
