import { plainToInstance } from 'class-transformer';
import type { ValidationError } from 'class-validator';
import { validate, ValidationTypes } from 'class-validator';
import type { PayloadClass } from '../core/handler-class.js';

type Path = readonly string[];

/**
 * A value as JSON without the fields that a payload class lacks, at any depth; null if it has none of those. A step may be
 * handed a whole result of which it needs a part, and a caller of `enqueue` who mistypes a field is refused.
 */
export async function withoutExcessFields(payloadClass: PayloadClass, value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const plain = JSON.parse(JSON.stringify(value)) as object;
  const errors = await validate(plainToInstance(payloadClass, plain), {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
  });
  const excess = excessPaths(errors, []);
  for (const path of excess) remove(plain, path);
  return excess.length > 0 ? plain : null;
}

function excessPaths(errors: readonly ValidationError[], parent: Path): Path[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const path = [...parent, property];
    return ValidationTypes.WHITELIST in constraints ? [path] : excessPaths(children, path);
  });
}

function remove(plain: object, path: Path): void {
  let holder: unknown = plain;
  for (const name of path.slice(0, -1)) holder = (holder as Record<string, unknown> | undefined)?.[name];
  if (typeof holder === 'object' && holder !== null) delete (holder as Record<string, unknown>)[path.at(-1) ?? ''];
}
