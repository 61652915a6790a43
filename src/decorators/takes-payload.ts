import type { HandlerShape, PayloadOf } from '../core/handler-class.js';

type Undeclared = '@JobHandler: handle() must declare its first parameter as the class given as payload';
type Another = '@JobHandler: handle() takes another payload than the class given as payload';

/**
 * `unknown` if the handler takes exactly that payload, else the reason as a text type, which the compiler prints: "not
 * assignable to type '@JobHandler: …'". Both directions are asked for: a handler that takes less than its payload class
 * has would let callers enqueue what validation then refuses.
 */
export type TakesPayload<Shape extends HandlerShape, Payload> = [Payload] extends [PayloadOf<Shape>]
  ? [PayloadOf<Shape>] extends [Payload]
    ? unknown
    : Undeclared
  : Parameters<Shape['handle']> extends []
    ? Undeclared
    : Another;
