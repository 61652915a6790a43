import type { ValidationError } from 'class-validator';
import type { PayloadIssue } from '../core/errors.js';
import type { PayloadClass } from '../core/handler-class.js';
import { payloadFields } from './payload-fields.js';

/** class-validator's tree of errors as a flat list, one entry for each refused rule, with dotted paths. */
export function payloadIssues(errors: readonly ValidationError[], payloadClass: PayloadClass): readonly PayloadIssue[] {
  const issues: PayloadIssue[] = [];
  const known = `is no field of ${payloadClass.name} (it has: ${[...(payloadFields(payloadClass) ?? [])].join(', ')})`;
  collect(errors, '', known, issues);
  return issues;
}

function collect(
  errors: readonly ValidationError[],
  parent: string,
  unknownField: string,
  issues: PayloadIssue[],
): void {
  for (const { property, constraints = {}, children = [] } of errors) {
    const path = [parent, property].filter(Boolean).join('.');
    for (const [rule, message] of Object.entries(constraints)) {
      issues.push({ path, message: reworded(rule, message, property, unknownField) });
    }
    collect(children, path, 'is no field of its class', issues);
  }
}

function reworded(rule: string, message: string, property: string | undefined, unknownField: string): string {
  if (rule === 'whitelistValidation') return unknownField;
  if (rule === 'unknownValue')
    return 'has no class to be validated by: add @Type(() => Class) beside @ValidateNested()';
  return property && message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
