import { Verifier } from '../../src/container/verifier.js';
import type { Database } from '../../src/repositories/database.js';

/** More than a sweep of the tests' workers takes, which mend what may stand for a moment. */
const SETTLE_MS = 1_000;

/** Everything that is wrong with jobs, keys and runs of a schema at this moment, one line each: what `rowlock verify` finds. */
export async function runViolations({ dataSource, schemaName }: Database): Promise<string[]> {
  const findings = await new Verifier(dataSource, schemaName, { settleMs: SETTLE_MS }).verify();
  return findings.flatMap(({ invariant, violations }) =>
    violations.map(({ id, problem }) => `${invariant}: ${id}: ${problem}`),
  );
}
