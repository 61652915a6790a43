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
 * @param where names the template in errors, such as `@Lock of ScrapePage`
 * @throws DefinitionError `KEY_TEMPLATE_INVALID`
 */
export function checkTemplate(template: string, where: string): void {
  const problem = problemOf(template);
  if (!problem) return;
  throw new DefinitionError(
    'KEY_TEMPLATE_INVALID',
    `${where}: ${JSON.stringify(template)} is no key template: ${problem}. ` +
      `Write text with fields of the payload in braces, such as 'page:{url}'.`,
  );
}

function problemOf(template: string): string | null {
  if (template === '') return 'it is empty';
  const bad = templateFields(template).find((path) => !PATH.test(path));
  if (bad !== undefined) return `{${bad}} names no field`;
  if (/[{}]/.test(template.replace(FIELD, ''))) return 'it has a brace without its partner';
  const separator = separatorsOf(template).find((text) => text === '' || text.startsWith('%'));
  if (separator === '') return 'two fields stand side by side, so that different payloads could give one key';
  return separator === undefined ? null : `text between two fields must not start with "%", the escape character`;
}

/** The dotted paths that a template reads, in their order. */
export function templateFields(template: string): readonly string[] {
  return [...template.matchAll(FIELD)].map(([, path]) => path ?? '');
}

/** The texts between two fields. */
function separatorsOf(template: string): readonly string[] {
  return template.split(FIELD).filter((_, index, parts) => index % 2 === 0 && index > 0 && index < parts.length - 1);
}

/**
 * Makes the function that renders a checked template. Two payloads give the same key only if the texts of all fields
 * are the same: with several fields, what starts a text between them is percent-escaped in values, and so is `%`. With
 * one field nothing is, so that the key is what one would write by hand. Fields that are absent render as nothing,
 * objects as their JSON.
 * @example templateRenderer('page:{url}')({ url: 'https://a.example' }) // 'page:https://a.example'
 * @example templateRenderer('{host}:{port}')({ host: '::1', port: 80 }) // '%3A%3A1:80'
 */
export function templateRenderer(template: string): (payload: unknown) => string {
  const parts = template.split(FIELD).map((text, index) => (index % 2 === 0 ? text : text.split('.')));
  const escape = escaper(separatorsOf(template));
  return (payload) =>
    parts.map((part) => (typeof part === 'string' ? part : escape(textOf(valueAt(payload, part))))).join('');
}

function escaper(separators: readonly string[]): (text: string) => string {
  if (separators.length === 0) return (text) => text;
  const starts = new Set(['%', ...separators.map((text) => String.fromCodePoint(text.codePointAt(0) ?? 0))]);
  return (text) => [...text].map((char) => (starts.has(char) ? percentEscaped(char) : char)).join('');
}

/** `%3A`, and `%u{1F600}` past 255: units that can be told from each other and from anything else. */
function percentEscaped(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return code.length > 2 ? `%u{${code}}` : `%${code.padStart(2, '0')}`;
}

function valueAt(payload: unknown, path: readonly string[]): unknown {
  let value = payload;
  for (const key of path) {
    if (value === null || value === undefined) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
