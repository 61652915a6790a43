/** The formats that are processed. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

/** What each format has at which offset. */
const SIGNATURES: readonly (readonly [ImageFormat, readonly (readonly [offset: number, bytes: string])[]])[] = [
  ['jpeg', [[0, '\xff\xd8\xff']]],
  ['png', [[0, '\x89PNG\r\n\x1a\n']]],
  ['webp', [[0, 'RIFF'], [8, 'WEBP']]], // prettier-ignore
  ['gif', [[0, 'GIF8']]],
  ['avif', [[4, 'ftypavif']]],
];

/**
 * The format that the bytes themselves show, whatever the server says. What is not on the list never reaches the image
 * library: SVG may refer to other files and expand without limit, TIFF and PDF bring large decoders of their own.
 */
export function sniffFormat(bytes: Buffer): ImageFormat | undefined {
  const found = SIGNATURES.find(([, parts]) =>
    parts.every(([offset, text]) => bytes.toString('latin1', offset, offset + text.length) === text),
  );
  return found?.[0];
}
