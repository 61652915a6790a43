import type { HandlerShape, PayloadOf } from '../core/handler-class.js';

/** `unknown` if a function of that payload can read what the handler takes, else the reason as a text type. */
export type TakenBy<Decorator extends string, Shape extends HandlerShape, Payload> = [PayloadOf<Shape>] extends [
  Payload,
]
  ? unknown
  : `${Decorator}: the key function takes another payload than handle()`;
