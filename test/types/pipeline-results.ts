/** What is left of a result once it was stored: the type of every kind of value after JSON. */
import type { Json, Jsonify } from '../../src/core/json.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <_ extends true>(): void => undefined;

enum Colour {
  Red = 'red',
}
type PageId = string & { readonly brand: unique symbol };

isTrue<Equal<Jsonify<'a' | 1 | true | null>, 'a' | 1 | true | null>>();
isTrue<Equal<Jsonify<Colour>, Colour>>();
isTrue<Equal<Jsonify<PageId>, PageId>>();
isTrue<Equal<Jsonify<unknown>, unknown>>();
isTrue<Equal<Jsonify<Json>, Json>>();
isTrue<Equal<Jsonify<Date>, string>>();
isTrue<Equal<Jsonify<URL | undefined>, string | null>>();
isTrue<Equal<Jsonify<void>, null>>();
isTrue<Equal<Jsonify<Buffer>, { type: 'Buffer'; data: number[] }>>();
isTrue<Equal<Jsonify<Uint8Array>, Record<string, number>>>();
isTrue<Equal<Jsonify<(Date | undefined)[]>, (string | null)[]>>();
isTrue<Equal<Jsonify<readonly [Date, () => void]>, readonly [string, null]>>();
isTrue<Equal<Jsonify<Record<string, Date>>, Record<string, string>>>();
isTrue<Equal<Jsonify<Record<number, Date>>, Record<number, string>>>();

class Page {
  url!: string;
  readonly at!: Date;
  deletedAt?: Date;
  title: string | undefined;
  [Symbol.toStringTag] = 'Page';
  protected cache = new Map<string, string>();

  words(): number {
    return this.url.length + this.cache.size;
  }
}
isTrue<Equal<Jsonify<Page>, { url: string; readonly at: string; deletedAt?: string; title: string | undefined }>>();

type Shape = { kind: 'circle'; since: Date } | { kind: 'point' };
isTrue<Equal<Jsonify<Shape>, { kind: 'circle'; since: string } | { kind: 'point' }>>();

interface Tree {
  since: Date;
  children: Tree[];
}
declare const tree: Jsonify<Tree>;
export const since: string | undefined = tree.children[0]?.children[0]?.since;

declare const stored: Jsonify<{ total: bigint; tags: Set<string>; pattern: RegExp }>;
export const lost = [
  // @ts-expect-error 'NoJsonForm<"a bigint has no JSON form; return it as a string">' is not assignable
  (): number => stored.total,
  // @ts-expect-error Property 'has' does not exist on type 'NoJsonForm<"it is stored as {}
  () => stored.tags.has('a'),
  // @ts-expect-error Property 'test' does not exist on type 'NoJsonForm<"it is stored as {}
  () => stored.pattern.test('a'),
];
