import { afterEach, describe, expect, it } from '@jest/globals';
import { findDataSource } from '../../src/cli/find-data-source.js';
import { makeApplicationFolder } from '../support/application-folder.js';
import { rejectionOf } from '../support/rejection.js';

/** What TypeORM marks its classes with, so that its copies know each other's. */
const MAKE = `const make = (name) => ({ '@instanceof': Symbol.for('DataSource'), options: { type: 'postgres', name } });`;

let folder: Awaited<ReturnType<typeof makeApplicationFolder>> | undefined;
afterEach(() => folder?.remove());

const find = async (files: Readonly<Record<string, string>>, given?: string): Promise<unknown> => {
  folder = await makeApplicationFolder(files);
  const found = await findDataSource(folder.path, given);
  return found && (found.options as { name?: string }).name;
};

describe('findDataSource', () => {
  it.each([
    ['a default export', 'ormconfig.js', `export default make('it');`],
    ['a named export', 'ormconfig.mjs', `export const dataSource = make('it'); export const pageSize = 20;`],
    ['one that is exported twice', 'ormconfig.js', `const it = make('it'); export default it; export { it };`],
    ['what CommonJS exports', 'ormconfig.cjs', `module.exports = { dataSource: make('it') };`],
    ['what CommonJS is', 'ormconfig.cjs', `module.exports = make('it');`],
  ])('finds %s', async (_, file, source) => {
    expect(await find({ [file]: `${MAKE} ${source}` })).toBe('it');
  });

  it('finds nothing where there is no file, and another file where one is named', async () => {
    expect(await find({})).toBeNull();
    await folder?.remove();
    const files = {
      'ormconfig.js': `${MAKE} export default make('it');`,
      'src/db.js': `${MAKE} export default make('other');`,
    };
    expect(await find(files, 'src/db.js')).toBe('other');
  });

  it.each([
    ['there is no such file', {}, 'src/db.js', 'which --config names'],
    [
      'it exports none',
      { 'ormconfig.js': 'export const url = 1;' },
      undefined,
      'exports no DataSource. Export exactly one',
    ],
    [
      'it exports several',
      { 'ormconfig.js': `${MAKE} export const [a, b] = [make(), make()];` },
      undefined,
      'exports 2 DataSources',
    ],
    ['it throws', { 'ormconfig.js': `throw new Error('no settings');` }, undefined, 'cannot be imported: no settings'],
  ])('says so if %s', async (_, files, given, problem) => {
    const error = await rejectionOf(find(files, given));
    expect(error).toMatchObject({ code: 'OPTION_INVALID', message: expect.stringContaining(problem) });
  });
});
