import { describe, expect, it } from '@jest/globals';
import { decodeText } from '../../handlers/http/decode-text.js';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

describe('decodeText', () => {
  it.each([
    ['the charset of the header', bytes([0xb1]), 'text/html; charset=iso-8859-2', 'ą'],
    ['the charset of the header, quoted', bytes([0xb1]), 'text/html; charset="ISO-8859-2"; x=1', 'ą'],
    ['the charset of a meta', bytes('<meta charset=iso-8859-2>', [0xb1]), 'text/html', '<meta charset=iso-8859-2>ą'],
    [
      'the charset of a meta in the old form',
      bytes('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', [0xc1]),
      '',
      '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">а',
    ],
    [
      'the header before the meta',
      bytes('<meta charset=utf-8>', [0xe4]),
      'a/b; charset=latin1',
      '<meta charset=utf-8>ä',
    ],
    ['a byte order mark before the header', bytes([0xef, 0xbb, 0xbf], 'ü'), 'text/html; charset=latin1', 'ü'],
    ['UTF-16 by its mark', bytes([0xff, 0xfe, 0x68, 0, 0x69, 0]), '', 'hi'],
    ['UTF-16, the other way round', bytes([0xfe, 0xff, 0, 0x68, 0, 0x69]), '', 'hi'],
    ['a meta that cannot be what it claims', bytes('<meta charset=utf-16le>é'), '', '<meta charset=utf-16le>é'],
    ['UTF-8 without any declaration', bytes('čaj'), '', 'čaj'],
    ['windows-1252 if it is no UTF-8', bytes([0x93, 0xe4, 0x94, 0x80]), '', '“ä”€'],
    ['ISO-8859-1 as windows-1252, as browsers do', bytes([0x97]), 'text/html; charset=iso-8859-1', '—'],
    ['UTF-8 if the charset is unknown', bytes('é'), 'text/html; charset=klingon', 'é'],
    ['Shift_JIS', bytes([0x93, 0xfa, 0x96, 0x7b]), 'text/html; charset=shift_jis', '日本'],
    ['broken UTF-8 that is declared', bytes('a', [0xff], 'b'), 'text/html; charset=utf-8', 'a\ufffdb'],
    ['nothing', bytes(), '', ''],
  ])('reads %s', (_, body, contentType, expected) => expect(decodeText(body, contentType)).toBe(expected));

  it('looks for a meta in the first kilobyte only', () => {
    const late = bytes(' '.repeat(1100), '<meta charset=iso-8859-2>', 'ą');
    expect(decodeText(late).trim()).toBe('<meta charset=iso-8859-2>ą');
  });
});
