import { DefinitionError } from '../core/errors.js';
import { isName } from '../core/limits.js';

/**
 * Queues as the command line writes them: `web:5,mail` serves two, and runs at most five jobs of the first at a time.
 * @throws DefinitionError `OPTION_INVALID`
 */
export function parseQueues(text: string): Readonly<Record<string, number | null>> {
  const queues = text.split(',').map((part) => parseQueue(part.trim(), text));
  return Object.fromEntries(queues);
}

/** The name of a queue may hold colons; a number after the last one is its bound. */
function parseQueue(part: string, text: string): readonly [name: string, limit: number | null] {
  const [, name = part, limit] = /^(.*):(\d+)$/.exec(part) ?? [];
  if (isName(name)) return [name, limit === undefined ? null : Number(limit)];
  const message = `--queues "${text}": "${part}" names no queue. Write names with or without a bound: --queues web:5,mail`;
  throw new DefinitionError('OPTION_INVALID', message);
}
