import { NotSerializableError, TooLargeError } from './errors.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

type NotJson = undefined | void | symbol | ((...args: never[]) => unknown);

declare const noJsonForm: unique symbol;

/** Stands in the place of what JSON cannot hold, so that using it does not compile and the message says why. */
export interface NoJsonForm<Why extends string> {
  readonly [noJsonForm]: Why;
}

/** What JSON writes as `{}`, whatever they hold. */
type Opaque =
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | WeakMap<object, unknown>
  | WeakSet<object>
  | RegExp
  | ArrayBuffer;

/**
 * The type of a value that was stored as JSON and read back: a `Date` is a string, methods are gone, nothing
 * (`undefined`, `void`) is `null` except in a field, which is left out. A `bigint` cannot be stored at all.
 */
export type Jsonify<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null
    ? T
    : T extends NotJson
      ? null
      : T extends bigint
        ? NoJsonForm<'a bigint has no JSON form; return it as a string'>
        : T extends { toJSON(): infer J }
          ? Jsonify<J>
          : T extends readonly Json[]
            ? T
            : T extends readonly unknown[]
              ? { [I in keyof T]: Jsonify<T[I]> }
              : T extends Opaque
                ? NoJsonForm<'it is stored as {}, without what it holds; return an array or a plain object'>
                : T extends ArrayBufferView
                  ? Record<string, number>
                  : { [K in keyof T as K extends symbol ? never : T[K] extends NotJson ? never : K]: JsonField<T[K]> };

type JsonField<T> = T extends NotJson ? undefined : Jsonify<T>;

/** How deep stored values may nest: far beyond real data, far from the stack limits of V8 and PostgreSQL. */
const MAX_DEPTH = 200;

/**
 * The JSON text of a value, safe for a jsonb column: text that jsonb refuses (NUL, half a surrogate pair) is replaced
 * by U+FFFD, so that no result can leave its job stuck.
 * @param what names the value in errors, such as `The result of job "scrape-page"`
 * @param limit the most bytes of UTF-8 that are accepted
 * @throws NotSerializableError for BigInt, cycles, throwing getters and nesting past 200 levels
 * @throws TooLargeError past the limit
 */
export function toJson(value: unknown, what: string, limit: number): string {
  if (value === undefined) return 'null';
  const text = stringify(value, what);
  const bytes = Buffer.byteLength(text);
  if (bytes > limit) throw new TooLargeError(what, bytes, limit);
  if (exceedsDepth(text, MAX_DEPTH)) throw new NotSerializableError(what, `it nests deeper than ${MAX_DEPTH} levels`);
  return text.includes('\\u') ? replaceUnstorable(text) : text;
}

function stringify(value: unknown, what: string): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    throw new NotSerializableError(what, reason(error), { cause: error });
  }
}

function reason(error: unknown): string {
  if (error instanceof RangeError) return 'it nests too deep';
  return error instanceof Error
    ? (error.message.split('\n')[0] ?? error.message)
    : `${typeof error} was thrown by a getter`;
}

/** Looks at brackets outside of strings; one pass, no recursion. */
function exceedsDepth(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) at = endOfString(text, at);
    else if (char === 0x5b || char === 0x7b) {
      if (++depth > limit) return true;
    } else if (char === 0x5d || char === 0x7d) depth--;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at;
}

/**
 * What jsonb refuses of the escapes that JSON.stringify writes: NUL and lone surrogates (it is well-formed, ES2019).
 * Every escape is consumed as a whole, so that `\\u0000`, a backslash and five characters, stays; a lookbehind that counts
 * backslashes would take quadratic time on a text full of them.
 */
const ESCAPE = /\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/gi;

function replaceUnstorable(text: string): string {
  return text.replace(ESCAPE, (escape) => (escape.length > 2 ? '\uFFFD' : escape));
}

/**
 * Text that PostgreSQL stores: NUL and lone surrogates replaced, cut to a number of characters, the ellipsis among them.
 */
export function toStorableText(text: string, maxLength: number): string {
  const clean = text.replaceAll('\0', '\uFFFD');
  const wellFormed = (clean as unknown as { toWellFormed(): string }).toWellFormed();
  if (wellFormed.length <= maxLength) return wellFormed;
  const cut = wellFormed.slice(0, maxLength - 1);
  return `${(cut as unknown as { toWellFormed(): string }).toWellFormed()}…`;
}
