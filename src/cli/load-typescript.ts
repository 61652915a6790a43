import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DefinitionError } from '../core/errors.js';

/** Loaders that compile decorators, as they appear in Node's options. */
const LOADER = /\b(?:tsx|ts-node|swc|esbuild|oxc|jiti)\b/;
let loading = false;

/**
 * Makes this process load TypeScript, decorators included: by the loader that it was started with, else by tsx if the
 * application has it, else as far as Node itself can (without decorators, from Node 22.18 on).
 * @returns whether decorators are compiled
 * @throws DefinitionError `OPTION_INVALID` saying how to start it instead
 */
export async function loadTypeScript(folder: string): Promise<boolean> {
  if (loading || LOADER.test([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' '))) return true;
  const { resolve } = createRequire(path.join(folder, 'package.json'));
  try {
    await import(pathToFileURL(resolve('tsx')).href); // as `node --import tsx` does
    loading = true;
    return true;
  } catch (cause) {
    if ((process.features as { typescript?: unknown }).typescript) return false;
    const compiled = '`rowlock worker --config dist/ormconfig.js --handlers dist/handlers`';
    throw new DefinitionError(
      'OPTION_INVALID',
      'The files here are TypeScript, and this Node cannot load it by itself. Install tsx (npm install --save-dev tsx), ' +
        `or compile them and name the compiled ones: ${compiled}.`,
      { cause },
    );
  }
}

/** Whether a file is TypeScript that would have to be loaded. */
export function isTypeScript(file: string): boolean {
  return /(?<!\.d)\.[cm]?ts$/.test(file);
}
