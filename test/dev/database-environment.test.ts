import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { readDatabaseEnvironment } from '../../src/dev/index.js';

describe('readDatabaseEnvironment', () => {
  it('takes DATABASE_URL as it is, before PG*', () => {
    const url = 'postgres://a:b@db.example/c?sslmode=require';
    expect(readDatabaseEnvironment({ DATABASE_URL: url, PGHOST: 'other' })).toBe(url);
  });

  it.each([
    [{ PGHOST: 'db', PGUSER: 'ann' }, 'postgresql://ann@db/ann'],
    [{ PGPORT: '6543', USER: 'bob' }, 'postgresql://bob@localhost:6543/bob'],
    [{ PGDATABASE: 'shop', PGUSER: 'ann', PGPASSWORD: 'p@ss/w:rd' }, 'postgresql://ann:p%40ss%2Fw%3Ard@localhost/shop'],
    [{ PGHOST: 'db', PGUSER: 'ann', PGSSLMODE: 'no-verify' }, 'postgresql://ann@db/ann?sslmode=no-verify'],
  ])('makes a URL of %j', (environment, url) => {
    expect(readDatabaseEnvironment(environment)).toBe(url);
  });

  it('writes a socket folder and odd passwords so that pg reads them back', () => {
    const url = readDatabaseEnvironment({
      PGHOST: '/run/postgresql',
      PGUSER: 'a b',
      PGPASSWORD: '%:@/',
      PGDATABASE: 'x y',
    });
    const { host, user, password, database } = new pg.Client({ connectionString: url });
    expect({ host, user, password, database }).toEqual({
      host: '/run/postgresql',
      user: 'a b',
      password: '%:@/',
      database: 'x y',
    });
  });

  it.each([{}, { DATABASE_URL: '' }, { PGUSER: 'ann', PGPASSWORD: 'x' }, { PGDATA: '/var/lib/postgresql' }])(
    'finds no database in %j',
    (environment) => {
      expect(readDatabaseEnvironment(environment)).toBeUndefined();
    },
  );
});
