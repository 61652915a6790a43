import { access } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSource } from 'typeorm';
import { isDataSource } from '../container/postgres-options.js';
import { DefinitionError } from '../core/errors.js';
import { isTypeScript, loadTypeScript } from './load-typescript.js';

const NAMES = ['ts', 'mts', 'js', 'mjs', 'cts', 'cjs'].map((extension) => `ormconfig.${extension}`);

/**
 * The DataSource that a folder's ormconfig exports, or null if there is no such file.
 * @param given another file, relative to the folder
 * @throws DefinitionError `OPTION_INVALID` if the file is not there, cannot be imported, or exports none or several
 */
export async function findDataSource(folder: string, given: string | undefined): Promise<DataSource | null> {
  const file = given === undefined ? await firstOf(folder) : path.resolve(folder, given);
  if (file === null) return null;
  if (!(await exists(file))) throw invalid(`There is no ${file}, which --config names.`);
  if (isTypeScript(file)) await loadTypeScript(folder);
  const exported = await load(file);
  const found = [...new Set(exported.filter(isDataSource))];
  const [dataSource] = found;
  if (dataSource && found.length === 1) return dataSource;
  const count = found.length === 0 ? 'no DataSource' : `${found.length} DataSources`;
  throw invalid(
    `${file} exports ${count}. Export exactly one: export default new DataSource({ type: 'postgres', … }).`,
  );
}

async function firstOf(folder: string): Promise<string | null> {
  for (const name of NAMES) if (await exists(path.join(folder, name))) return path.join(folder, name);
  return null;
}

/** What a module exports; of a CommonJS module, what is assigned to `module.exports` or to its fields. */
async function load(file: string): Promise<readonly unknown[]> {
  try {
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const { default: whole } = module;
    const isPlain = typeof whole === 'object' && whole !== null && !isDataSource(whole);
    const fields: unknown[] = isPlain ? Object.values(whole) : [];
    return [...Object.values(module), ...fields];
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`${file} cannot be imported: ${why}`, { cause });
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function invalid(message: string, options?: ErrorOptions): DefinitionError {
  return new DefinitionError('OPTION_INVALID', message, options);
}
