import type { Jsonify } from './json.js';

/** Anything with a `handle` method; the public `Handler` interface is one. */
export interface HandlerShape {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- parameters are contravariant: only `any` lets every handler in for inference
  handle(payload: any, job: any): unknown;
}

/** A class whose instances handle jobs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the container fills the constructor, whatever it asks for
export type HandlerClass<Shape extends HandlerShape = HandlerShape> = new (...args: any[]) => Shape;

/** A class with a constructor that needs no arguments: what payloads are made from. */
export type PayloadClass<Payload extends object = object> = new () => Payload;

/** The payload that a handler (its instance type) takes; an empty one if its `handle` declares none. */
export type PayloadOf<Shape extends HandlerShape> =
  Parameters<Shape['handle']> extends [] ? Record<string, never> : Parameters<Shape['handle']>[0];

/** What a handler (its instance type) returns. */
export type ResultOf<Shape extends HandlerShape> = Awaited<ReturnType<Shape['handle']>>;

/** The result as it comes back from the database: a `Date` is a string. */
export type StoredResultOf<Shape extends HandlerShape> = Jsonify<ResultOf<Shape>>;

type Methods<T> = {
  [K in keyof T]: [T[K]] extends [never] ? never : T[K] extends (...args: never[]) => unknown ? K : never;
}[keyof T];

/** A payload as a caller writes it: the fields of the class, without its methods. Any object if its class is not known. */
export type PayloadInput<Payload> = 0 extends 1 & Payload
  ? object
  : Payload extends object
    ? Omit<Payload, Methods<Payload>>
    : Payload;
