import { DefinitionError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';

/** What `isName` asks for, in words. */
export const NAME_RULE = `1 to ${LIMITS.nameLength} characters of a-z, 0-9, "_", ".", ":" and "-", the first one a letter`;

/** Makes the error about one step from what is wrong with it, in words that follow the step's name. */
export type InvalidStep = (problem: string, cause?: unknown) => DefinitionError;

/**
 * @param where the name of the pipeline, and of the step if it is about one
 * @param problem what is wrong and what to do about it
 */
export function invalidPipeline(
  where: { readonly pipeline: unknown; readonly step?: unknown },
  problem: string,
  cause?: unknown,
): DefinitionError {
  const step = 'step' in where ? `, step ${quote(where.step)}` : '';
  return new DefinitionError(
    'PIPELINE_INVALID',
    `Pipeline ${quote(where.pipeline)}${step}: ${problem}`,
    cause === undefined ? {} : { cause },
  );
}

/** Names come from callers that may have no compiler, so anything may be in their place. */
export function quote(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
