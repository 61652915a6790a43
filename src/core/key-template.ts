import { DefinitionError } from './errors.js';

/**
 * The fields that a template such as `'page:{url}:{owner.id}'` reads: `'url' | 'owner.id'`.
 */
export type TemplateFields<Template extends string> = Template extends `${string}{${infer Field}}${infer Rest}`
  ? Field | TemplateFields<Rest>
  : never;

type Scalar = string | number | boolean | bigint;

/** What has no fields that a key could be made of. */
type Leaf = readonly unknown[] | ((...args: never[]) => unknown);

type IsAny<T> = 0 extends 1 & T ? true : false;

/** The dotted paths of a payload that end in a string, number or boolean. Four levels deep. */
export type ScalarPaths<T, Depth extends unknown[] = []> =
  IsAny<T> extends true
    ? string
    : Depth['length'] extends 4
      ? never
      : T extends Scalar | Leaf | null | undefined
        ? never
        : T extends object
          ? { [K in keyof T & string]: PathsAt<K, NonNullable<T[K]>, Depth> }[keyof T & string]
          : never;

type PathsAt<K extends string, Value, Depth extends unknown[]> = [Value] extends [Scalar]
  ? K
  : [Value] extends [Leaf]
    ? never
    : `${K}.${ScalarPaths<Value, [...Depth, unknown]>}`;

/** The fields of a template that the payload lacks, or that are no text, number or boolean there. */
export type UnreadableFields<Template extends string, Payload> = Exclude<
  TemplateFields<Template>,
  ScalarPaths<Payload>
>;

/**
 * `unknown` if the payload has every field of the template, else the reason as a text type, which the compiler prints.
 */
export type ReadableTemplate<Where extends string, Template extends string, Payload> = [
  UnreadableFields<Template, Payload>,
] extends [never]
  ? unknown
  : `${Where} reads {${UnreadableFields<Template, Payload>}}, but the payload has no such text, number or boolean`;

const FIELD = /\{([^{}]*)\}/g;
const PATH = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/;

/**
 * Checks a template when the container is made.
 * @throws DefinitionError `KEY_TEMPLATE_INVALID`
 */
export function checkTemplate(template: string, where: string): void {
  const leftover = template.replace(FIELD, '');
  const bad = [...template.matchAll(FIELD)].find(([, path]) => !PATH.test(path ?? ''));
  if (template === '' || /[{}]/.test(leftover) || bad) {
    throw new DefinitionError(
      'KEY_TEMPLATE_INVALID',
      `${where}: ${JSON.stringify(template)} is no key template${bad ? ` (${bad[0]} names no field)` : ''}. ` +
        `Write text with fields of the payload in braces, such as 'page:{url}'.`,
    );
  }
}

/** The dotted paths that a template reads, in their order. */
export function templateFields(template: string): readonly string[] {
  return [...template.matchAll(FIELD)].map(([, path]) => path ?? '');
}

/**
 * Renders a template from a payload. Values are escaped, so that two payloads give the same key only if every field is
 * equal: `{a}:{b}` with `a = 'x:y'` never meets `a = 'x', b = 'y…'`. Fields that are absent render as nothing.
 * @example renderTemplate('page:{url}', { url: 'https://a.example' }) // 'page:https%3A//a.example'
 */
export function renderTemplate(template: string, payload: unknown): string {
  return template.replace(FIELD, (_, path: string) => escape(valueAt(payload, path)));
}

function valueAt(payload: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (value === null || value === undefined ? value : (value as Record<string, unknown>)[key]),
      payload,
    );
}

/** Only what could be taken for the template's own text is escaped, so that keys stay readable in SQL. */
function escape(value: unknown): string {
  if (value === null || value === undefined) return '';
  return String(value).replace(/[%:]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
