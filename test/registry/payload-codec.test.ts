import { describe, expect, it } from '@jest/globals';
import { Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsDate,
  IsDateString,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Min,
  registerDecorator,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import fc from 'fast-check';
import { NotSerializableError, PayloadError, TooLargeError } from '../../src/core/errors.js';
import type { PayloadClass } from '../../src/core/handler-class.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { PayloadCodec } from '../../src/registry/payload-codec.js';
import { testDatabaseUrl, withClient } from '../support/database.js';

class PageRef {
  @IsUrl({ require_tld: false }) url!: string;
  @IsOptional() @IsInt() @Min(0) depth?: number;
}

class Image {
  @IsString() alt!: string;
}

class Page {
  @IsDate() @Type(() => Date) at!: Date;
  @IsDateString() since!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Image) images!: Image[];
  @IsObject() @IsOptional() meta?: Record<string, unknown>;
  @IsInt() retries = 3;
}

const codec = new PayloadCodec();
const encode = (payloadClass: PayloadClass, payload: unknown) =>
  codec.encode({ name: 'scrape', payloadClass }, payload);
const decode = (payloadClass: PayloadClass, stored: unknown) => codec.decode({ name: 'scrape', payloadClass }, stored);

/** What is refused, as `path: message` texts. */
async function issues(payloadClass: PayloadClass, payload: unknown): Promise<readonly string[]> {
  const error = await Promise.resolve()
    .then(() => encode(payloadClass, payload))
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PayloadError);
  expect(error).toMatchObject({ code: 'PAYLOAD_INVALID', jobName: 'scrape' });
  return (error as PayloadError).issues.map(({ path, message }) => `${path}: ${message}`);
}

describe('a valid payload', () => {
  it('becomes JSON, and an instance of its class', async () => {
    const { json, payload } = await encode(PageRef, { url: 'http://localhost/a', depth: 2 });
    expect(json).toBe('{"url":"http://localhost/a","depth":2}');
    expect(payload).toBeInstanceOf(PageRef);
    expect(await decode(PageRef, JSON.parse(json))).toEqual(payload);
  });

  it('may be an instance already', async () => {
    const page = Object.assign(new PageRef(), { url: 'http://localhost' });
    expect((await encode(PageRef, page)).payload).toEqual(page);
  });

  it('goes through its JSON form: dates are texts on the way, and revived by @Type', async () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    const { json, payload } = await encode(Page, {
      at,
      since: at,
      images: [{ alt: 'a' }],
      meta: { list: [[1], { at }] },
      retries: 1,
    });
    expect(JSON.parse(json)).toMatchObject({ at: at.toISOString(), since: at.toISOString() });
    expect(payload).toMatchObject({ at, since: at.toISOString(), meta: { list: [[1], { at: at.toISOString() }] } });
    expect((payload as Page).images[0]).toBeInstanceOf(Image);
  });

  it('is stored as it was passed; defaults of the class are in what the handler sees', async () => {
    const at = '2026-01-02T03:04:05.678Z';
    const { json, payload } = await encode(Page, { at, since: at, images: [] });
    expect(JSON.parse(json)).toEqual({ at, since: at, images: [] });
    expect(payload).toMatchObject({ retries: 3 });
  });

  it('is transformed once for the handler, however often it is read', async () => {
    class Order {
      @IsInt() @Transform(({ value }) => (value as number) * 100) cents!: number;
    }
    const { json } = await encode(Order, { cents: 5 });
    expect(json).toBe('{"cents":5}');
    expect(await decode(Order, JSON.parse(json))).toEqual({ cents: 500 });
  });

  it('leaves out what is undefined, known or not', async () => {
    expect((await encode(PageRef, { url: 'http://localhost', depth: undefined, unknown: undefined })).json).toBe(
      '{"url":"http://localhost"}',
    );
  });

  it('is {} for NoPayload, and nothing else', async () => {
    const { json, payload } = await encode(NoPayload, {});
    expect([json, payload]).toEqual(['{}', new NoPayload()]);
    expect(await issues(NoPayload, { a: 1 })).toEqual(['a: is one field too many: the job takes NoPayload']);
  });

  it('is accepted by PostgreSQL, whatever its text', async () => {
    class Note {
      @IsString() text!: string;
    }
    const texts = fc.sample(fc.string({ unit: 'grapheme', maxLength: 20 }), 500).filter((text) => !text.includes('\0'));
    const bodies = await Promise.all(texts.map(async (text) => (await encode(Note, { text })).json));
    await withClient(testDatabaseUrl(), async (client) => {
      const { rows } = await client.query<{ text: string }>(
        `select body::jsonb ->> 'text' as text from unnest($1::text[]) as sent(body)`,
        [bodies],
      );
      expect(rows.map((row) => row.text)).toEqual(texts);
    });
  });
});

describe('a payload that is refused', () => {
  it('is told of each field, with what it must be', async () => {
    expect(await issues(PageRef, { uri: 1, depth: -0.5 })).toEqual([
      'uri: is no field of PageRef (it has: url, depth)',
      'url: must be a URL address',
      'depth: must not be less than 0',
      'depth: must be an integer number',
    ]);
    expect(() => encode(PageRef, { url: 'no url' })).toThrow(
      'The payload of job "scrape" is not valid: url: must be a URL address. Mend the payload, or the rules of its class.',
    );
  });

  it('is told of nested fields by their path', async () => {
    const page = { at: 'x', since: '2026-01-01', images: [{ alt: 'a' }, { alt: 1, src: 2 }, 3] };
    expect(await issues(Page, page)).toEqual([
      'at: must be a Date instance',
      'images.1.src: is no field of its class',
      'images.1.alt: must be a string',
      'images.2: each value in nested property images must be either object or array',
    ]);
  });

  it.each([
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['an array', [{ url: 'http://localhost' }], 'an array'],
    ['a text', '{}', 'string'],
    ['a function', () => ({}), 'function'],
    ['a Date, whose JSON is a text', new Date(0), 'string'],
    ['an object whose JSON is an array', { toJSON: () => [] }, 'an array'],
    ['an object whose JSON is null', { toJSON: () => null }, 'null'],
  ])('is one that is no object: %s', async (_, payload, kind) => {
    expect(await issues(PageRef, payload)).toEqual([`: it must be an object with fields, and is ${kind}`]);
  });

  it('is one with text that PostgreSQL cannot store: nothing is mended behind its sender’s back', async () => {
    const message = 'holds a NUL or half of a surrogate pair';
    const meta = { a: ['ok', 'x\ud83d'], 'b\0': 1 };
    const payload = { at: new Date(0), since: '\0', images: [{ alt: '\udead' }], meta };
    expect(await issues(Page, payload)).toEqual([
      `since: ${message}`,
      `images.0.alt: ${message}`,
      `meta.a.1: ${message}`,
      'meta: has a name in it with a NUL or half of a surrogate pair',
    ]);
    const { json } = await encode(Page, { at: new Date(0), since: '2026-01-01', images: [{ alt: '\uFFFD😀' }] });
    expect(json).toContain('\uFFFD😀');
  });

  it('is one with names that would vanish on the way to its class', async () => {
    class Named extends PageRef {
      describe(): string {
        return this.url;
      }
    }
    const payload: unknown = JSON.parse(
      '{"url":"http://localhost","__proto__":{"depth":1},"constructor":1,"toString":2,"describe":3}',
    );
    expect(await issues(Named, payload)).toEqual([
      'toString: is a method of Named, not a field',
      'describe: is a method of Named, not a field',
      '__proto__: is a name that JavaScript reserves',
      'constructor: is a name that JavaScript reserves',
    ]);
    const meta: unknown = JSON.parse('{"team":{"constructor":"Ferrari"},"list":[{"__proto__":1}]}');
    expect(await issues(Page, { at: new Date(0), since: '2026-01-01', images: [], meta })).toEqual([
      'meta.team.constructor: is a name that JavaScript reserves',
      'meta.list.0.__proto__: is a name that JavaScript reserves',
    ]);
  });

  it('is never converted to fit', async () => {
    expect(await issues(PageRef, { url: 'http://localhost', depth: '2' })).toContain(
      'depth: must be an integer number',
    );
  });

  it('is one that a transform throws for', async () => {
    class Trimmed {
      @IsString() @Transform(({ value }) => (value as string).trim()) text!: string;
    }
    expect(await issues(Trimmed, { text: 7 })).toEqual([
      expect.stringMatching(/^: a transform failed: .*trim is not a function/),
    ]);
  });

  it('is one with a nested object of no class', async () => {
    class Untyped {
      @ValidateNested() image!: Image;
    }
    expect(await issues(Untyped, { image: { alt: 'a' } })).toEqual([
      'image: has no class to be validated by: add @Type(() => Class) beside @ValidateNested()',
    ]);
  });

  it('F-23 is one that is too large, too deep, or no JSON at all', () => {
    const meta = (value: unknown) => ({ at: new Date(0), since: '2026-01-01', images: [], meta: { value } });
    expect(() => encode(Page, meta('x'.repeat(256 * 1024)))).toThrow(TooLargeError);
    expect(() => encode(Page, meta(1n))).toThrow(NotSerializableError);
    expect(() => encode(Page, meta(JSON.parse(`${'['.repeat(199)}${']'.repeat(199)}`)))).toThrow(NotSerializableError);
  });
});

describe('a stored payload', () => {
  it.each([null, [], 'text', 7])('that is no object is refused: %j', (stored) => {
    expect(() => decode(PageRef, stored)).toThrow(PayloadError);
  });

  it('that another version wrote is refused by its fields', () => {
    expect(() => decode(PageRef, { url: 'http://localhost', width: 2 })).toThrow('width: is no field of PageRef');
  });

  it('deep enough to exhaust the stack is refused like any other', () => {
    const deep: unknown = Array.from({ length: 100_000 }).reduce((inner: unknown) => [inner], []);
    expect(() => decode(Page, { at: 0, since: '2026-01-01', images: [], meta: { deep } })).toThrow(
      'nests deeper than 200 levels',
    );
  });
});

describe('validators', () => {
  /** A validator of the user's own, which says nowhere whether it is asynchronous. */
  function Checked(check: (value: unknown) => boolean | Promise<boolean>): PropertyDecorator {
    return (target, propertyName) =>
      registerDecorator({
        name: 'checked',
        target: target.constructor,
        propertyName: String(propertyName),
        validator: { validate: check, defaultMessage: () => 'was checked in vain' },
      });
  }

  it('of class-validator answer at once', () => {
    expect(encode(PageRef, { url: 'http://localhost' })).not.toBeInstanceOf(Promise);
    expect(decode(PageRef, { url: 'http://localhost' })).toBeInstanceOf(PageRef);
    class Conditional {
      @ValidateIf(({ kind }: Conditional) => kind === 'a') @IsInt() n?: number;
      @IsString() kind!: string;
    }
    expect(encode(Conditional, { kind: 'b' })).not.toBeInstanceOf(Promise);
    expect(() => encode(Conditional, { kind: 'a' })).toThrow('n: must be an integer number');
  });

  it('that are asynchronous are awaited, at both ends', async () => {
    class Known {
      @Checked(async (value) => Promise.resolve(value === 'known')) id!: string;
    }
    expect(await issues(Known, { id: 'other' })).toEqual(['id: was checked in vain']);
    await expect(decode(Known, { id: 'other' })).rejects.toThrow(PayloadError);
    expect((await encode(Known, { id: 'known' })).payload).toBeInstanceOf(Known);
  });

  it('that are asynchronous inside a nested class are awaited too', async () => {
    class Inner {
      @Checked(() => Promise.resolve(false)) id!: string;
    }
    class Outer {
      @ValidateNested() @Type(() => Inner) inner!: Inner;
    }
    expect(await issues(Outer, { inner: { id: 'a' } })).toEqual(['inner.id: was checked in vain']);
  });

  it('that throw say nothing about the payload: their error is passed on', async () => {
    class Broken {
      @Checked(() => Promise.reject(new Error('database down'))) id!: string;
    }
    await expect(decode(Broken, { id: 'a' })).rejects.toThrow('database down');
  });
});
