import type { HandlerShape } from '../core/handler-class.js';

/**
 * A class that may carry settings for its subclasses, abstract ones included. Decorators return nothing, so that the
 * class stays what it was for everybody who imports it.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- parameters are contravariant: only `any` lets every class in
export type SettingsTarget = abstract new (...args: any[]) => object;

/** A class with a `handle` method, abstract ones included. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
export type HandlerTarget = abstract new (...args: any[]) => HandlerShape;
