import { redactText } from '../core/redact-text.js';

/** Names of fields whose values are nobody's business. A count such as `max_tokens` is not among them. */
const SECRET_FIELD =
  /pass(?:word|wd|phrase)|^pwd$|secret|(?:^|[-_a-z])token$|api[-_]?key|private[-_]?key|authorization|cookie|credential|^dsn$|(?:database|connection)[-_]?(?:url|string)/i;

const MAX_DEPTH = 6;
const MAX_ITEMS = 100;

/**
 * Any value as plain data that is fit for a log line: secrets replaced by `***`, by the names of fields and by the form
 * of text; errors spelt out; cycles, depth and length bounded. Never throws, whatever getters do.
 */
export function redact(value: unknown): unknown {
  return plain(value, [], 0);
}

function plain(value: unknown, ancestors: readonly object[], depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (ancestors.includes(value)) return '[circular]';
  if (depth === MAX_DEPTH) return '[deeper]';
  try {
    return plainObject(value, [...ancestors, value], depth + 1);
  } catch {
    return '[unreadable]';
  }
}

function plainObject(value: object, ancestors: readonly object[], depth: number): unknown {
  if (value instanceof Error) return plainError(value, ancestors, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return plain(toJSON.call(value), ancestors, depth);
  if (value instanceof Map) return plain(Object.fromEntries(value), ancestors, depth);
  if (value instanceof Set || Array.isArray(value)) {
    return [...value].slice(0, MAX_ITEMS).map((item) => plain(item, ancestors, depth));
  }
  const fields = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(fields.map(([name, field]) => [name, plainField(name, field, ancestors, depth)]));
}

function plainField(name: string, value: unknown, ancestors: readonly object[], depth: number): unknown {
  const isSecret = SECRET_FIELD.test(name) && value !== null && value !== undefined && typeof value !== 'boolean';
  return isSecret ? '***' : plain(value, ancestors, depth);
}

/** As log stores want errors: `error.type`, `error.message`, `error.code`, `error.stack`. */
function plainError(error: Error, ancestors: readonly object[], depth: number): unknown {
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: redactText(messageOf(error)),
    ...(code === undefined ? {} : { code: plain(code, ancestors, depth) }),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: plain(error.cause, ancestors, depth) }),
  };
}

/** A host of several addresses fails with one error for each, and no message. */
function messageOf(error: Error): string {
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message;
  return error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join('; ');
}
