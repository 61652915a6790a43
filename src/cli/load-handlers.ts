import { readdir } from 'node:fs/promises';
import { DefinitionError } from '../core/errors.js';
import { discover, type Discovered } from '../registry/discover.js';
import { isTypeScript, loadTypeScript } from './load-typescript.js';

/**
 * What a folder of handlers exports.
 * @throws DefinitionError as `discover` does, and `OPTION_INVALID` if there is no handler in it
 */
export async function loadHandlers(folder: string): Promise<Discovered> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const compiled = !files.some(isTypeScript) || (await loadTypeScript(process.cwd()));
  const found = await discover(folder).catch((error: Error) => Promise.reject(compiled ? error : explained(error)));
  if (found.handlers.length > 0) return found;
  const message = `The folder of handlers ${folder} exports no handler: no class with @JobHandler, and nothing of defineHandler.`;
  throw new DefinitionError('OPTION_INVALID', `${message} Export one, or name another folder with --handlers.`);
}

/** Node itself takes the types away and leaves the decorators, which it cannot read. */
function explained(error: Error): Error {
  if (!(error instanceof DefinitionError) || !(error.cause instanceof SyntaxError)) return error;
  const hint =
    'Node loads TypeScript here by itself, and knows no decorators: install tsx (npm install --save-dev tsx).';
  return new DefinitionError(error.code, `${error.message} ${hint}`, { cause: error.cause });
}
