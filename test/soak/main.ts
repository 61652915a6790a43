import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { recoveryTable } from './soak-figures.js';
import type { SoakReport } from './soak.js';

/** `npm run test:soak -- --minutes 10 --seed 7`: the soak of the tests, for longer; its report as JSON, then as a table. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
  });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'soak-'));
  const output = path.join(folder, 'report.json');
  try {
    const code = await runJest({
      SOAK_SECONDS: String(Number(values.minutes) * 60),
      SOAK_REPORT: output,
      ...(values.seed === undefined ? {} : { ROWLOCK_TEST_SEED: values.seed }),
    });
    const written = await readFile(output, 'utf8').catch(() => null);
    if (written === null) return 1; // what kept it from coming to its end, jest has said
    const report = JSON.parse(written) as SoakReport;
    const { faults: _, ...figures } = report;
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n\n${recoveryTable(report.recoveries)}\n`);
    return code;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runJest(environment: NodeJS.ProcessEnv): Promise<number> {
  const jest = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', 'test/soak/soak.test.ts'],
      ...['--silent', '--testNamePattern', 'loses nothing'],
    ],
    { env: { ...process.env, ...environment }, stdio: 'inherit' },
  );
  const [code] = (await once(jest, 'exit')) as [number | null];
  return code ?? 1;
}

process.exitCode = await main();
