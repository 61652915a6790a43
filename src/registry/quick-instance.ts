import { createRequire } from 'node:module';
import { Expose, TransformationType } from 'class-transformer';
import type { PayloadClass } from '../core/handler-class.js';
import { payloadFields } from './payload-fields.js';

/** What class-transformer knows of decorated classes. It has no public way to ask. */
interface Decorations {
  getExposedMetadatas(target: object): readonly unknown[];
  getExcludedMetadatas(target: object): readonly unknown[];
  findTypeMetadata(target: object, property: string): unknown;
  findTransformMetadatas(target: object, property: string, type: TransformationType): readonly unknown[];
}

class Probe {
  probed?: unknown;
}
Expose()(Probe.prototype, 'probed');

const decorations = findDecorations();

/** Null if they are not found, or are not those into which decorators write: a bundle may hold class-transformer twice. */
function findDecorations(): Decorations | null {
  try {
    const module: unknown = createRequire(import.meta.url)('class-transformer/cjs/storage.js');
    const found = (module as { readonly defaultMetadataStorage: Decorations }).defaultMetadataStorage;
    return found.getExposedMetadatas(Probe).length === 1 ? found : null;
  } catch {
    return null;
  }
}

/** Of each class, the validated fields whose values class-transformer would take as they are. */
const plainFields = new WeakMap<PayloadClass, ReadonlySet<string>>();

/**
 * The instance that `plainToInstance` would make, in a tenth of its time, which it spends on looking up decorators that are
 * not there; null where it would do more than to copy: for decorated fields, nested values, methods and accessors. Also for
 * fields that no validator knows, because whoever has such a payload is about to be told.
 * @param stored parsed JSON
 */
export function quickInstance(payloadClass: PayloadClass, stored: object): object | null {
  const fields = fieldsOf(payloadClass);
  const entries = Object.entries(stored);
  for (const [key, value] of entries)
    if (!fields.has(key) || (typeof value === 'object' && value !== null)) return null;
  const instance = new payloadClass() as Record<string, unknown>;
  for (const [key, value] of entries) {
    if (typeof instance[key] === 'function') return null;
    instance[key] = value;
  }
  return instance;
}

function fieldsOf(payloadClass: PayloadClass): ReadonlySet<string> {
  let fields = plainFields.get(payloadClass);
  if (!fields) plainFields.set(payloadClass, (fields = new Set(findFields(payloadClass))));
  return fields;
}

function findFields(payloadClass: PayloadClass): string[] {
  if (!decorations || changesFields(decorations, payloadClass)) return [];
  return [...(payloadFields(payloadClass) ?? [])].filter(
    (field) => !(field in (payloadClass.prototype as object)) && !changesValue(decorations, payloadClass, field),
  );
}

/** Whether fields are renamed, added or left out. */
function changesFields(of: Decorations, payloadClass: PayloadClass): boolean {
  return of.getExposedMetadatas(payloadClass).length + of.getExcludedMetadatas(payloadClass).length > 0;
}

function changesValue(of: Decorations, payloadClass: PayloadClass, field: string): boolean {
  const transforms = of.findTransformMetadatas(payloadClass, field, TransformationType.PLAIN_TO_CLASS);
  return transforms.length > 0 || of.findTypeMetadata(payloadClass, field) !== undefined;
}
