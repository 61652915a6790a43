import { TextDecoder } from 'node:util';

const BYTE_ORDER_MARKS: readonly (readonly [label: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** HTML asks authors to declare the charset within the first 1024 bytes. */
const PRESCAN_BYTES = 1024;

/** What windows-1252 has at 0x80 to 0x9F. The five bytes that it leaves open stand for themselves. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * Text from bytes, in the order of the HTML standard: byte order mark, charset of the `Content-Type` header, `<meta>`.
 * Without any of them UTF-8 if the bytes are valid UTF-8, else windows-1252. Unknown charsets are passed over.
 * @example decodeText(body, 'text/html; charset=iso-8859-2')
 */
export function decodeText(bytes: Uint8Array, contentType = ''): string {
  for (const label of [byteOrderMark(bytes), headerCharset(contentType), metaCharset(bytes)]) {
    const decoder = label && decoderFor(label);
    if (decoder) return decode(decoder, bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decode(new TextDecoder('windows-1252'), bytes);
  }
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  if (decoder.encoding !== 'windows-1252') return text;
  // Node before 23.7 decodes windows-1252 as ISO-8859-1, which turns curly quotes, dashes and the euro sign into
  // control characters.
  return text.replace(/[\x80-\x9f]/g, (char) => WINDOWS_1252[char.charCodeAt(0) - 0x80] ?? char);
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  return BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
}

function headerCharset(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
}

function metaCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, PRESCAN_BYTES)).toString('latin1');
  const label = /<meta\s[^>]*charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(head)?.[1];
  // A <meta> that could be read byte by byte is not UTF-16, whatever it claims.
  return label?.toLowerCase().startsWith('utf-16') ? 'utf-8' : label;
}

function decoderFor(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
