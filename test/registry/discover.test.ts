import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { discover } from '../../src/registry/discover.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
});
afterEach(() => folder.remove());

/** Files of an application, compiled: what `@JobHandler` does to a class is written out. */
async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, source] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    const file = path.join(folder.path, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, source);
  }
}

const handler = (className: string, name: string): string =>
  `export class ${className} { handle() {} }
   Reflect.defineMetadata(Symbol.for('rowlock:JobHandler'), [{ name: '${name}', payload: Object }], ${className});`;

const found = async () => {
  const { handlers, pipelines } = await discover(folder.path);
  return [...handlers, ...pipelines].map(({ name }) => name);
};

describe('a folder of handlers', () => {
  it('gives the handler classes and pipelines that its modules export, in the order of the files', async () => {
    await write({
      'b.js': handler('Second', 'second'),
      'a.mjs': `${handler('First', 'first')} export default class Bare { handle() {} } export const limit = 3;`,
      'nested/c.js': `${handler('Third', 'third')} export const nothing = null;`,
      'pipeline.js': `export const ingest = Object.freeze({ name: 'ingest', version: 'v', inputClass: Object, steps: [] });
        export const unbuilt = { name: 'unbuilt', build() {} };`,
    });
    expect(await found()).toEqual(['First', 'Second', 'Third', 'ingest']);
  });

  it('gives a class once that an index exports again', async () => {
    await write({
      'a.js': handler('First', 'first'),
      'index.js': `export * from './a.js'; export { First as Alias } from './a.js';`,
    });
    expect(await found()).toEqual(['First']);
  });

  it('gives the inversify modules that bind what the handlers inject', async () => {
    await write({
      'services.js': `export class ContainerModule { load() {} }
        export const services = new ContainerModule();
        export const service = { load() {} };`,
      'index.js': `export { services } from './services.js';`,
    });
    const { modules } = await discover(folder.path);
    expect(modules.map((module) => module.constructor.name)).toEqual(['ContainerModule']);
  });

  it('does not load tests, type declarations, dependencies and other files', async () => {
    const fatal = `throw new Error('loaded');`;
    await write({
      'a.js': handler('First', 'first'),
      'a.test.js': fatal,
      'a.spec.mjs': fatal,
      'a.d.ts': fatal,
      'b.d.mts': fatal,
      'a.js.map': fatal,
      'README.md': fatal,
      'test/b.js': fatal,
      '__tests__/c.js': fatal,
      'node_modules/d/index.js': fatal,
    });
    expect(await found()).toEqual(['First']);
  });

  it('may be empty', async () => {
    expect(await discover(folder.path)).toEqual({ handlers: [], pipelines: [], modules: [] });
  });
});

describe('a folder that cannot be used', () => {
  it('is named if it is not there', async () => {
    const missing = path.join(folder.path, 'handlers');
    await expect(discover(missing)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(`The folder of handlers ${missing} cannot be read: ENOENT`),
    });
  });

  it('has the file named that cannot be imported, and why', async () => {
    await write({ 'a.js': handler('First', 'first'), 'nested/b.js': `throw new TypeError('no environment');` });
    await expect(discover(folder.path)).rejects.toMatchObject({
      code: 'HANDLER_INVALID',
      message: `${path.join(folder.path, 'nested', 'b.js')} cannot be imported: no environment. Mend it, or move it elsewhere.`,
      cause: expect.objectContaining({ message: 'no environment' }),
    });
  });

  it('is refused if it holds a module as source and compiled', async () => {
    await write({ 'a.js': handler('First', 'first'), 'a.ts': handler('First', 'first') });
    await expect(discover(folder.path)).rejects.toThrow(
      'holds both a.js and a.ts, and loading both would register each handler twice.',
    );
  });
});
