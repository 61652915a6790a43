import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Rowlock from 'rowlock';
import type * as RowlockDev from 'rowlock/dev';

/** The public API of a Rowlock that was built in `folder`, as an application that installed it would import it. */
export function loadRowlock(folder: string): Promise<typeof Rowlock> {
  return load(folder, 'index.js') as Promise<typeof Rowlock>;
}

/** Its PostgreSQL for development. */
export function loadRowlockDev(folder: string): Promise<typeof RowlockDev> {
  return load(folder, 'dev/index.js') as Promise<typeof RowlockDev>;
}

function load(folder: string, entry: string): Promise<unknown> {
  return import(pathToFileURL(path.join(folder, 'dist', 'src', entry)).href);
}
