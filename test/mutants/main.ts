import { resolveDatabase } from '../../src/dev/index.js';
import { allMutants } from './all-mutants.js';
import { tryMutant, type Verdict } from './try-mutant.js';

/** The tests that must be green without a mistake, or what they say of a mutant would mean nothing. */
const witnesses = new Set(allMutants.map(({ killedBy }) => killedBy));

/**
 * `npm run test:mutants [name …]`: makes each mistake of the list in turn, and runs the tests that must notice it. Fails if
 * one survives, or is killed for the wrong reason. `MUTANT_JOBS` says how many at once (default 1).
 */
async function main(names: readonly string[]): Promise<boolean> {
  const chosen = allMutants.filter(({ name }) => names.length === 0 || names.includes(name));
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const database = await resolveDatabase({ ephemeral: true, settings });
  try {
    for (const witness of names.length === 0 ? witnesses : []) {
      const { killed, reason } = await tryMutant(database.url, null, witness);
      if (killed) throw new Error(`${witness} fails without any mutant: ${reason}`);
    }
    const verdicts: Verdict[] = [];
    const left = [...chosen];
    const work = async (): Promise<void> => {
      for (let mutant = left.shift(); mutant; mutant = left.shift()) {
        const verdict = await tryMutant(database.url, mutant, mutant.killedBy);
        verdicts.push(verdict);
        console.log(line(mutant.name, verdict));
      }
    };
    await Promise.all(Array.from({ length: Number(process.env['MUTANT_JOBS'] ?? 1) }, work));
    const killed = verdicts.filter((each) => each.killed).length;
    console.log(`${killed} of ${verdicts.length} mutants were killed`);
    return killed === verdicts.length;
  } finally {
    await database.stop();
  }
}

const line = (name: string, { killed, by, reason, seconds }: Verdict): string =>
  `${killed ? 'killed  ' : 'SURVIVED'} ${name.padEnd(38)} ${`${seconds.toFixed(1)} s`.padStart(7)}  ${by}: ${reason}`;

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
