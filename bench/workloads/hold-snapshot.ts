import pg from 'pg';

/** Keeps everything that dies from now on from being removed, in all tables. @returns a function that lets go */
export async function holdSnapshot(url: string): Promise<() => Promise<void>> {
  const holder = new pg.Client(url);
  // When the bench is interrupted, its server ends first.
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('begin isolation level repeatable read');
  await holder.query('select count(*) from pg_class');
  return () => holder.end();
}
