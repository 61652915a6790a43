import { readdir } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContainerModule } from 'inversify';
import { DefinitionError } from '../core/errors.js';
import type { HandlerClass, PayloadClass } from '../core/handler-class.js';
import { recorded } from '../decorators/metadata.js';

/** What the folder of handlers holds. */
export interface Discovered {
  readonly handlers: readonly HandlerClass[];
  readonly pipelines: readonly DiscoveredPipeline[];
  /** Bindings of the services that the handlers inject. */
  readonly modules: readonly ContainerModule[];
}

/** A pipeline as far as the registry knows one: the value that `.build()` returns. */
export interface DiscoveredPipeline {
  readonly name: string;
  readonly version: string;
  readonly inputClass: PayloadClass;
  readonly steps: readonly unknown[];
}

const MODULE = /\.[cm]?[jt]s$/;
const NO_MODULE = /\.d\.[cm]?ts$|\.(test|spec)\.[cm]?[jt]s$/;
const NO_FOLDER = new Set(['node_modules', '__tests__', 'test', 'tests']);

/** How Node refuses TypeScript: as a whole before 22.18, and the syntax of decorators after. */
const NEEDS_COMPILER = new Set<unknown>(['ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX']);

/**
 * Imports every module of a folder and of the folders in it, except tests and type declarations, and returns the
 * handler classes, pipelines and inversify modules among their exports, in the order of the files' names.
 * @param folder absolute path; TypeScript files need a process that loads them, such as tsx
 * @throws DefinitionError `OPTION_INVALID` if the folder cannot be read or holds a module twice (as .ts and .js), and
 * `HANDLER_INVALID` naming the file that cannot be imported
 */
export async function discover(folder: string): Promise<Discovered> {
  const handlers = new Set<HandlerClass>();
  const pipelines = new Set<DiscoveredPipeline>();
  const modules = new Set<ContainerModule>();
  for (const file of await modulesIn(folder)) {
    for (const value of Object.values(await load(folder, file))) {
      if (isHandlerClass(value)) handlers.add(value);
      else if (isPipeline(value)) pipelines.add(value);
      else if (isContainerModule(value)) modules.add(value);
    }
  }
  return { handlers: [...handlers], pipelines: [...pipelines], modules: [...modules] };
}

async function modulesIn(folder: string): Promise<readonly string[]> {
  const files = await listed(folder, folder);
  const byStem = new Map<string, string>();
  for (const file of files.sort()) {
    const stem = file.slice(0, -extname(file).length);
    const other = byStem.get(stem);
    if (other !== undefined) {
      throw new DefinitionError(
        'OPTION_INVALID',
        `The folder of handlers ${folder} holds both ${other} and ${file}, and loading both would register each handler ` +
          'twice. Remove the compiled one, or name the folder that it belongs to.',
      );
    }
    byStem.set(stem, file);
  }
  return files;
}

async function listed(folder: string, root: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    const message = `The folder of handlers ${folder} cannot be read: ${error.message}. Make it, or name another one.`;
    throw new DefinitionError('OPTION_INVALID', message, { cause: error });
  });
  const files: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !NO_FOLDER.has(entry.name)) files.push(...(await listed(path, root)));
    if (entry.isFile() && MODULE.test(entry.name) && !NO_MODULE.test(entry.name)) files.push(relative(root, path));
  }
  return files;
}

async function load(folder: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const unreadable = NEEDS_COMPILER.has((error as { code?: unknown } | null)?.code);
    throw new DefinitionError(
      'HANDLER_INVALID',
      `${join(folder, file)} cannot be imported: ${why}. ` +
        (unreadable ? 'Run under tsx, or name the folder of the compiled files.' : 'Mend it, or move it elsewhere.'),
      { cause: error },
    );
  }
}

function isHandlerClass(value: unknown): value is HandlerClass {
  return typeof value === 'function' && recorded(value, 'JobHandler').length > 0;
}

function isPipeline(value: unknown): value is DiscoveredPipeline {
  if (typeof value !== 'object' || value === null) return false;
  const { name, version, inputClass, steps } = value as Partial<Record<keyof DiscoveredPipeline, unknown>>;
  return (
    typeof name === 'string' && typeof version === 'string' && typeof inputClass === 'function' && Array.isArray(steps)
  );
}

/** By its shape: an application may have a copy of inversify of its own, and only the container knows ours. */
function isContainerModule(value: unknown): value is ContainerModule {
  if (typeof value !== 'object' || value === null) return false;
  return value.constructor?.name === 'ContainerModule' && typeof (value as { load?: unknown }).load === 'function';
}
