import { DefinitionError } from '../core/errors.js';

/**
 * The input of a run, or of a step, as the command line has it: the text of a JSON object.
 * @throws DefinitionError `OPTION_INVALID`
 */
export function parseInput(text: string, option = '--input'): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // told below
  }
  throw new DefinitionError('OPTION_INVALID', `${option} must be a JSON object such as '{"url": "…"}', not ${text}.`);
}
