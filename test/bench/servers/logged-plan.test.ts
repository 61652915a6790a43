import { describe, expect, it } from '@jest/globals';
import { readPlans } from '../../../bench/servers/logged-plan.js';
import { statementName } from '../../../bench/servers/statement-cost.js';

const line = (dbname: string, message: string): string => JSON.stringify({ dbname, message });
const PLAN = 'Limit  (cost=0.1..0.2 rows=1 width=8) (actual rows=1.00 loops=1)\n  ->  Result  (cost=0.1..0.2)';

describe('the plans of a log', () => {
  it('are those of a database, with the names of the statements', () => {
    const query = 'with /* rowlock:claim-jobs */ a as (\nselect 1)\nselect * from a';
    const log = [
      line('bench_1', `duration: 1.250 ms  plan:\nQuery Text: ${query}\nQuery Parameters: $1 = 'x'\n${PLAN}`),
      line('bench_2', `duration: 1.250 ms  plan:\nQuery Text: select 1\n${PLAN}`),
      line('bench_1', 'checkpoint starting'),
      JSON.stringify({ message: 'of no session' }),
      '',
    ].join('\n');
    expect(readPlans(log, 'bench_1')).toEqual([{ statement: 'claim-jobs', milliseconds: 1.25, plan: PLAN }]);
    expect(readPlans(log, 'bench_2')).toEqual([{ statement: 'select 1', milliseconds: 1.25, plan: PLAN }]);
  });

  it('have names of others, too: how those begin', () => {
    expect(statementName('begin  isolation\n level read committed; set local idle_in_transaction')).toBe(
      'begin isolation level read committed; se',
    );
  });
});
