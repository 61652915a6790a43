import { createHash } from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import { createTransformer } from '@swc/jest';
import config from '../../jest.config.js';

/**
 * Compiles as the other tests are compiled, but for one file, in which it makes a mistake on purpose: the tree itself is
 * never touched. Which mistake, the variable `MUTANT` says in JSON; without it there is none.
 *
 * @typedef {{ readonly file: string, readonly find: string, readonly replace: string }} Mistake
 * @typedef {Required<ReturnType<typeof createTransformer>>} Compiler
 */
const text = process.env['MUTANT'];
/** @type {Mistake | null} */
const mistake = text ? JSON.parse(text) : null;
const target = mistake && path.resolve(import.meta.dirname, '../..', mistake.file);
const [, options] = config.transform['^.+\\.ts$'];
const swc = /** @type {Compiler} */ (
  createTransformer(/** @type {Parameters<typeof createTransformer>[0]} */ (options))
);

/** @param {string} source @param {string} file */
function mutated(source, file) {
  if (!mistake || file !== target) return source;
  if (source.split(mistake.find).length !== 2) throw new Error(`${file} has no single place for the mutant`);
  return source.replace(mistake.find, () => mistake.replace);
}

export default {
  ...swc,
  /** @type {Compiler['process']} */
  process: (source, file, how) => swc.process(mutated(source, file), file, how),
  /** @type {Compiler['processAsync']} */
  processAsync: (source, file, how) => swc.processAsync(mutated(source, file), file, how),
  /** @type {Compiler['getCacheKey']} */
  getCacheKey: (source, file, how) =>
    createHash('sha256')
      .update(swc.getCacheKey(source, file, how))
      .update(file === target ? (text ?? '') : '')
      .digest('hex'),
};
