import type { Refused } from './step-input.js';

/** The name itself if a new step may have it, else the reason why not. */
export type NewName<Name extends string, Steps> = string extends Name
  ? `Write the name of the step out, such as 'page': of a variable of type string nothing can be checked`
  : IsUnion<Name> extends true
    ? 'A step has one name, not a choice of several'
    : Name extends 'input'
      ? '"input" is the input of the pipeline itself: name the step otherwise'
      : Name extends keyof Steps
        ? `The pipeline has a step "${Name}" already: name this one otherwise`
        : Name extends Lowercase<Name>
          ? Name
          : `The name of a step is lower case: "${Lowercase<Name>}"`;

/** `unknown` if names are written out, so that it is certain which they are. */
export type WrittenNames<Names extends readonly string[]> = number extends Names['length']
  ? Refused<`Write the names out in place, such as after: ['page']: of an array that was made elsewhere nothing is certain`>
  : true extends { [Index in keyof Names]: IsUnion<Names[Index]> }[number]
    ? Refused<'A name of after is one name, not a choice of several'>
    : unknown;

type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never;
