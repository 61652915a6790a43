import { DefinitionError } from '../core/errors.js';

/**
 * A whole number of the command line.
 * @throws DefinitionError `OPTION_INVALID` naming the option
 */
export function parseInteger(option: string, text: string | number, least: number, most: number): number {
  const value = /^\d+$/.test(String(text)) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new DefinitionError(
    'OPTION_INVALID',
    `--${option} must be a whole number from ${least} to ${most}, not "${text}".`,
  );
}
