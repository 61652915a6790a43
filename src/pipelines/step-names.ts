/** The name itself if a new step may have it, else the reason why not. */
export type NewName<Name extends string, Results> = string extends Name
  ? `Write the name of the step out, such as 'page': of a variable of type string nothing can be checked`
  : IsUnion<Name> extends true
    ? 'A step has one name, not a choice of several'
    : Name extends 'input'
      ? '"input" is the input of the pipeline itself: name the step otherwise'
      : Name extends keyof Results
        ? `The pipeline has a step "${Name}" already: name this one otherwise`
        : Name extends Lowercase<Name>
          ? Name
          : `The name of a step is lower case: "${Lowercase<Name>}"`;

type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never;
