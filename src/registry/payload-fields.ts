import { getMetadataStorage } from 'class-validator';
import type { PayloadClass } from '../core/handler-class.js';
import { NoPayload } from './no-payload.js';

/**
 * The fields that validators of a payload class name, inherited ones included; null if there is no validator at all,
 * in which case class-validator refuses every value of the class.
 */
export function payloadFields(payloadClass: PayloadClass): ReadonlySet<string> | null {
  if (payloadClass === NoPayload) return new Set();
  const validators = getMetadataStorage().getTargetValidationMetadatas(payloadClass, '', false, false);
  return validators.length === 0 ? null : new Set(validators.map(({ propertyName }) => propertyName));
}
