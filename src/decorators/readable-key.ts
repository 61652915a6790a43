import type { ReadableTemplate } from '../core/key-template.js';

/**
 * `unknown` if the template, or the function of `Payload`, can read the payload that the handler takes; else the reason
 * as a text type, which the compiler prints. One signature for both, and no overloads: for those, compilers print the
 * refusal of the last one only. `never` stands for the one of the two that was not given.
 */
export type ReadableKey<Decorator extends string, Template extends string, Payload, Taken> = ReadableTemplate<
  Decorator,
  Template,
  Taken
> &
  ([Payload] extends [never]
    ? unknown
    : [Taken] extends [Payload]
      ? unknown
      : `${Decorator}: the key function takes another payload than handle()`);
