import { DataSource, type QueryRunner } from 'typeorm';

/** The statements that work would run, in their order, none of them run: a QueryRunner that only writes them down. */
export async function recordStatements(work: (runner: QueryRunner) => Promise<void>): Promise<readonly string[]> {
  const statements: string[] = [];
  // Of a DataSource that never connects, so that nothing but `query` can do anything.
  const runner = new DataSource({ type: 'postgres' }).createQueryRunner();
  const record = (text: string, parameters: unknown[] = []): Promise<never[]> => {
    if (parameters.length > 0) throw new TypeError(`A migration must write out its values: ${text}`);
    statements.push(text);
    return Promise.resolve([]);
  };
  runner.query = record as QueryRunner['query'];
  await work(runner);
  return statements;
}
