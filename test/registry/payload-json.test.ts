import { describe, expect, it } from '@jest/globals';
import { PayloadError } from '../../src/core/errors.js';
import { payloadJson } from '../../src/registry/payload-json.js';

describe('the JSON of a payload whose class is not at hand', () => {
  it('is that of an object', () => {
    expect(payloadJson('scrape', { at: new Date(0), gone: undefined })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  });

  it.each([
    ['a Date', new Date(0), 'string'],
    ['an array by its toJSON', { toJSON: () => [1] }, 'an array'],
    ['nothing by its toJSON', { toJSON: () => undefined }, 'null'],
    ['a list', [], 'an array'],
  ])('is refused if the payload is %s', (_, payload, kind) => {
    expect(() => payloadJson('scrape', payload)).toThrow(PayloadError);
    expect(() => payloadJson('scrape', payload)).toThrow(`it must be an object with fields, and is ${kind}`);
  });

  it('is refused with the fields that PostgreSQL could not store', () => {
    expect(() => payloadJson('scrape', { a: { b: ['\0'] } })).toThrow(
      'The payload of job "scrape" is not valid: a.b.0: holds a NUL or half of a surrogate pair.',
    );
  });
});
