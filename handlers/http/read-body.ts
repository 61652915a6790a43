import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';
import { PermanentFetchError, TransientFetchError } from './fetch-error.js';

/** How much a body may hold. */
export interface BodyLimits {
  /** Bytes, after decompression. */
  readonly maxBytes: number;
  /** How many times larger than its compressed form a body may be, once it is larger than 1 MiB. */
  readonly maxRatio: number;
}

/** A response as `readBody` needs it. */
export interface EncodedBody {
  readonly url: URL;
  /** The value of `Content-Encoding`. */
  readonly encoding: string | undefined;
  readonly chunks: AsyncIterable<Buffer>;
}

type Decompress = (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>;

/** Honest text seldom exceeds 50:1; below this size even a bomb does no harm, and small files of zeros are common. */
const RATIO_FREE_BYTES = 1024 * 1024;

const DECOMPRESS: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', promisify<Buffer, ZlibOptions, Buffer>(gunzip)],
  ['x-gzip', promisify<Buffer, ZlibOptions, Buffer>(gunzip)],
  ['br', promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress)],
  ['deflate', inflateEither],
]);

/** The codings that `readBody` undoes, for `Accept-Encoding`. */
export const ACCEPT_ENCODING = 'gzip, br, deflate';

/**
 * Reads and decompresses a body. Neither form ever takes more memory than its limit: the compressed one is refused
 * at the chunk that exceeds it, and zlib stops at the byte that exceeds the decompressed one.
 * @throws PermanentFetchError `FETCH_TOO_LARGE`, `FETCH_BOMB`, `FETCH_ENCODING_REFUSED`
 * @throws TransientFetchError `FETCH_BODY_CORRUPT`
 */
export async function readBody(body: EncodedBody, { maxBytes, maxRatio }: BodyLimits): Promise<Buffer> {
  const coding = (body.encoding ?? 'identity').trim().toLowerCase();
  const decompress = DECOMPRESS.get(coding);
  if (!decompress && coding !== 'identity') {
    throw new PermanentFetchError('FETCH_ENCODING_REFUSED', body.url, {
      problem: `the body is encoded as "${coding}", which was not asked for (${ACCEPT_ENCODING}).`,
    });
  }
  const bytes = await collect(body, maxBytes);
  if (!decompress || bytes.length === 0) return bytes;

  const ratioLimit = Math.max(RATIO_FREE_BYTES, bytes.length * maxRatio);
  try {
    return await decompress(bytes, { maxOutputLength: Math.min(maxBytes, ratioLimit) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') {
      throw new TransientFetchError('FETCH_BODY_CORRUPT', body.url, {
        problem: `the ${coding} body is damaged or cut short.`,
        cause,
      });
    }
    if (ratioLimit >= maxBytes) throw tooLarge(body.url, maxBytes);
    throw new PermanentFetchError('FETCH_BOMB', body.url, {
      problem: `${bytes.length} bytes of ${coding} unpack to more than ${maxRatio} times as much: taken for a decompression bomb.`,
    });
  }
}

async function collect({ url, chunks }: EncodedBody, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(url, maxBytes); // leaving the loop destroys the stream and its connection
    parts.push(chunk);
  }
  return Buffer.concat(parts, size);
}

/** "deflate" means the zlib format, but some servers send the raw one. A zlib header tells itself by its first byte. */
function inflateEither(bytes: Buffer, options: ZlibOptions): Promise<Buffer> {
  const isZlib = ((bytes[0] ?? 0) & 0x0f) === 8;
  return promisify<Buffer, ZlibOptions, Buffer>(isZlib ? inflate : inflateRaw)(bytes, options);
}

function tooLarge(url: URL, maxBytes: number): PermanentFetchError {
  return new PermanentFetchError('FETCH_TOO_LARGE', url, {
    problem: `the body is larger than ${maxBytes} bytes. Raise maxBytes if it is wanted.`,
  });
}
