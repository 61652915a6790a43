import * as classValidator from 'class-validator';
import type { PayloadClass } from '../core/handler-class.js';

/** One validator of a property, with what class-validator would hand to it. */
interface Constraint {
  readonly validate: (value: unknown, args: classValidator.ValidationArguments) => unknown;
  readonly constraints: unknown[];
}

interface Property {
  readonly name: string;
  /** All must hold for the property to be validated; `@IsOptional()` is one. */
  readonly conditions: ((object: object, value: unknown) => boolean)[];
  readonly constraints: Constraint[];
}

const { CONDITIONAL_VALIDATION, WHITELIST } = classValidator.ValidationTypes;

/**
 * Whether an instance is certainly valid, a fifth of the time that class-validator takes, which looks its metadata up and
 * sorts it each time. False says nothing: then class-validator is asked, which also words the errors. Null for classes
 * whose validators need more than their value (`each`, `validateIf`).
 *
 * Only for classes that `validatesInstantly`.
 */
export function quickCheck(payloadClass: PayloadClass): ((instance: object) => boolean) | null {
  const storage = classValidator.getMetadataStorage();
  const metadata = storage.getTargetValidationMetadatas(payloadClass, '', false, false);
  if (metadata.length === 0 || metadata.some((one) => one.each || one.validateIf)) return null;
  const properties = new Map<string, Property>();
  for (const { propertyName: name, type, constraints, constraintCls } of metadata) {
    const property = properties.get(name) ?? { name, conditions: [], constraints: [] };
    properties.set(name, property);
    if (type === CONDITIONAL_VALIDATION) property.conditions.push(constraints[0] as Property['conditions'][number]);
    else if (type !== WHITELIST) {
      for (const { instance } of storage.getTargetValidatorConstraints(constraintCls)) {
        property.constraints.push({
          validate: (value, args) => instance.validate(value, args),
          constraints: constraints as unknown[],
        });
      }
    }
  }
  const all = [...properties.values()];
  return (instance) =>
    Object.keys(instance).every((key) => properties.has(key)) && all.every((one) => holds(one, instance));
}

function holds({ name, conditions, constraints }: Property, object: object): boolean {
  const value = (object as Record<string, unknown>)[name];
  if (!conditions.every((condition) => condition(object, value))) return true;
  return constraints.every((constraint) => {
    const args = { value, constraints: constraint.constraints, targetName: '', object, property: name };
    return constraint.validate(value, args) === true;
  });
}
