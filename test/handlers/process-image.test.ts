import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { HttpFetcher, ImageError, ProcessImage } from '../../handlers/index.js';
import { FileBlobStore } from '../../src/index.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';
import { serve } from './local-server.js';
import { testJob, type TestJob } from './job-context.js';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const draw = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#3a6' }, limitInputPixels: false }).composite([
    { input: { create: { width: Math.ceil(width / 2), height: 1, channels: 3, background: '#fff' } }, top: 0, left: 0 },
  ]);

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Serves the bytes and processes them. */
async function process(bytes: Buffer, contentType: string, test: TestJob = testJob()) {
  const server = await serve((_, response) => response.writeHead(200, { 'content-type': contentType }).end(bytes));
  const fetcher = new HttpFetcher({ allowHosts: [server.host] });
  const folder = await makeTemporaryFolder();
  cleanups.push(folder.remove, server.close, () => fetcher.close());
  const blobs = new FileBlobStore(folder.path);
  const url = `${server.origin}/image`;
  const result = await new ProcessImage(fetcher, blobs).handle({ url, alt: 'A picture' }, test.job);
  const contents = await Promise.all(result.variants.map(async ({ blob }) => buffer(await blobs.get(blob))));
  return { result, contents, url };
}

describe('ProcessImage', () => {
  it('measures the original and stores three widths of WebP', async () => {
    const bytes = await draw(2000, 1000).png().toBuffer();
    const test = testJob();
    const { result, contents, url } = await process(bytes, 'image/png', test);
    expect(result).toMatchObject({
      url,
      alt: 'A picture',
      sha256: sha256(bytes),
      format: 'png',
      width: 2000,
      height: 1000,
      bytes: bytes.length,
    });
    expect(result.variants.map(({ width, height }) => [width, height])).toEqual([
      [320, 160],
      [640, 320],
      [1280, 640],
    ]);
    for (const [at, { width, blob }] of result.variants.entries()) {
      expect(blob.type).toBe('image/webp');
      expect(contents[at]).toHaveLength(blob.size);
      expect(await sharp(contents[at]).metadata()).toMatchObject({ format: 'webp', width });
    }
    expect(test.progress.map(([fraction]) => fraction)).toEqual([1 / 3, 2 / 3, 1]);
  });

  it.each([
    [1280, [320, 640, 1280]],
    [800, [320, 640, 800]],
    [640, [320, 640]],
    [500, [320, 500]],
    [320, [320]],
    [10, [10]],
  ])('never enlarges: %i pixels wide gives %p', async (width, expected) => {
    const { result } = await process(await draw(width, 20).png().toBuffer(), 'image/png');
    expect(result.variants.map((variant) => variant.width)).toEqual(expected);
  });

  it('gives the same bytes whenever it runs', async () => {
    const bytes = await draw(400, 300).jpeg().toBuffer();
    const [first, second] = [await process(bytes, 'image/jpeg'), await process(bytes, 'image/jpeg')];
    expect(second.result.variants).toEqual(first.result.variants);
  });

  it.each([
    ['jpeg', 'image/jpeg'],
    ['jpeg', 'image/jpg'],
    ['webp', 'image/webp'],
    ['gif', 'image/gif'],
    ['avif', 'image/avif'],
    ['png', 'image/jpeg'], // what the bytes are counts, not what the server says
  ] as const)('reads %s served as %s', async (format, type) => {
    const { result } = await process(await draw(40, 30)[format]().toBuffer(), type);
    expect(result).toMatchObject({ format, width: 40, height: 30 });
  });

  it('turns a photograph upright, as its EXIF note says, and drops the note', async () => {
    const lying = await draw(600, 400).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { result, contents } = await process(lying, 'image/jpeg');
    expect(result).toMatchObject({ width: 400, height: 600 });
    expect(result.variants.map(({ width, height }) => [width, height])).toEqual([
      [320, 480],
      [400, 600],
    ]);
    for (const content of contents) expect(await sharp(content).metadata()).not.toHaveProperty('orientation');
  });

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.alloc(20 * 60 * 3, 120);
    const animation = await sharp(frames, { raw: { width: 20, height: 60, channels: 3, pageHeight: 20 } })
      .gif({ delay: [50, 50, 50] })
      .toBuffer();
    const { result } = await process(animation, 'image/gif');
    expect(result).toMatchObject({ format: 'gif', width: 20, height: 20 });
  });

  it('stops between two sizes when its signal aborts', async () => {
    const controller = new AbortController();
    const test = testJob({ signal: controller.signal });
    const reason = new Error('the job was cancelled');
    test.job.progress = async () => controller.abort(reason);
    await expect(process(await draw(2000, 20).png().toBuffer(), 'image/png', test)).rejects.toBe(reason);
  });
});

describe('ProcessImage: what is no usable image', () => {
  const png = () => draw(300, 300).png().toBuffer();

  /** A header that claims a size, and nothing behind it. */
  const pngHeader = (width: number, height: number): Buffer => {
    const chunk = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0\x08\x02\0\0\0\0\0\0\0', 'latin1');
    chunk.writeUInt32BE(width, 16);
    chunk.writeUInt32BE(height, 20);
    chunk.writeUInt32BE(crc32(chunk.subarray(12, 29)), 29);
    return Buffer.concat([chunk, Buffer.from('\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82', 'latin1')]);
  };
  const gifHeader = (): Buffer =>
    Buffer.from('GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x01\0\0;', 'latin1');

  it.each([
    ['text', async () => Buffer.from('This is no picture.'), 'IMAGE_UNSUPPORTED'],
    ['nothing at all', async () => Buffer.alloc(0), 'IMAGE_UNSUPPORTED'],
    [
      'SVG',
      async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'IMAGE_UNSUPPORTED',
    ],
    [
      'SVG behind a declaration',
      async () => Buffer.from('<?xml version="1.0"?><svg width="9" height="9"/>'),
      'IMAGE_UNSUPPORTED',
    ],
    ['TIFF', () => draw(9, 9).tiff().toBuffer(), 'IMAGE_UNSUPPORTED'],
    ['PDF', async () => Buffer.from('%PDF-1.7'), 'IMAGE_UNSUPPORTED'],
    ['a PNG cut short', async () => (await png()).subarray(0, -60), 'IMAGE_CORRUPT'],
    ['a PNG that is a signature only', async () => (await png()).subarray(0, 8), 'IMAGE_CORRUPT'],
    ['a JPEG cut short', async () => (await draw(300, 300).jpeg().toBuffer()).subarray(0, 700), 'IMAGE_CORRUPT'],
    ['a WebP that is a signature only', async () => Buffer.from('RIFF\0\0\0\0WEBPVP8 '), 'IMAGE_CORRUPT'],
    ['a PNG of 30 megapixels', () => draw(6000, 5000).png().toBuffer(), 'IMAGE_TOO_MANY_PIXELS'],
    ['a PNG that claims two billion pixels', async () => pngHeader(50_000, 40_000), 'IMAGE_TOO_MANY_PIXELS'],
    ['a GIF that claims four billion pixels', async () => gifHeader(), 'IMAGE_TOO_MANY_PIXELS'],
  ])('%s', async (_, make, code) => {
    const error = await process(await make(), 'image/png').then(
      () => null,
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ code });
  });

  it.each(['image/svg+xml', 'text/html', 'application/octet-stream'])('an answer of type %s', async (type) => {
    await expect(process(await png(), type)).rejects.toMatchObject({ code: 'FETCH_TYPE_REFUSED', retryable: false });
  });
});

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
