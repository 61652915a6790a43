import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resolveDatabase } from '../../src/dev/index.js';
import { testDatabaseUrl, withClient } from '../support/database.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

describe('resolveDatabase', () => {
  const names = ['DATABASE_URL', 'PGHOST', 'PGPORT', 'PGDATABASE'];
  const before = names.map((name) => [name, process.env[name]] as const);

  beforeEach(() => {
    for (const name of names) delete process.env[name];
  });

  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it('takes the database of the environment and leaves it running', async () => {
    process.env['DATABASE_URL'] = testDatabaseUrl();
    const database = await resolveDatabase();
    expect(database).toMatchObject({ url: testDatabaseUrl(), source: 'environment' });
    await database.stop();
    await withClient(database.url, (client) => client.query('select 1'));
  });

  it('starts the embedded server where the environment names none', async () => {
    const folder = await makeTemporaryFolder();
    const database = await resolveDatabase({ directory: folder.path, ephemeral: true });
    expect(database.source).toBe('embedded');
    await withClient(database.url, (client) => client.query('select 1'));
    await database.stop();
    await expect(withClient(database.url, (client) => client.query('select 1'))).rejects.toThrow('ECONNREFUSED');
    await folder.remove();
  });
});
