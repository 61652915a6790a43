import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './cli.js';
import { makeTemporaryFolder } from './temporary-folder.js';

const source = (file: string): string => pathToFileURL(path.join(ROOT, file)).href;

/** Import lines of a file in such a folder: what an application imports from `rowlock`, and from TypeORM. */
export const IMPORTS = `
  import { DataSource } from '${source('node_modules/typeorm/index.mjs')}';
  import { defineHandler, NoPayload, pipeline } from '${source('src/index.ts')}';`;

/** A folder of the test's own with the files of an application in it, in JavaScript. */
export async function makeApplicationFolder(
  files: Readonly<Record<string, string>>,
): ReturnType<typeof makeTemporaryFolder> {
  const folder = await makeTemporaryFolder();
  for (const [name, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    const file = path.join(folder.path, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}
