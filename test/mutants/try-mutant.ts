import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.js';

/** What became of a mutant. */
export interface Verdict {
  readonly killed: boolean;
  /** The test that noticed; if none did, those that should have. */
  readonly by: string;
  readonly reason: string;
  readonly seconds: number;
}

interface JestResults {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** The same sequences each time: a mutant that is killed today is killed tomorrow. */
const SEED = '1';
/** More than a run without a mistake, which has to do all of them: this one ends with the first that fails. */
const RUNS = '300';
/** PostgreSQL refuses what is no SQL, and any test notices that: it would prove nothing. */
const NOT_A_MUTANT = /syntax error|could not determine|does not exist|no single place|is of type|Cannot find module/;

/** Runs a test file against the sources with a mistake in them, on a server that is there. */
export async function tryMutant(databaseUrl: string, mutant: Mutant | null, testFile: string): Promise<Verdict> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mutant-'));
  const started = performance.now();
  try {
    const output = path.join(folder, 'results.json');
    await runJest([testFile, ...(mutant?.only ? ['--testNamePattern', mutant.only] : [])], output, {
      DATABASE_URL: databaseUrl,
      MODEL_SEED: SEED,
      MODEL_SHRINK: '0',
      ...(mutant
        ? { MUTANT: JSON.stringify(mutant), MODEL_RUNS: RUNS, ...(mutant.mix ? { MODEL_MIX: mutant.mix } : {}) }
        : {}),
    });
    const results = JSON.parse(await readFile(output, 'utf8')) as JestResults;
    return { ...verdict(results, testFile), seconds: (performance.now() - started) / 1_000 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runJest(tests: readonly string[], output: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const jest = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...tests],
      ...['--config', 'test/mutants/jest.config.js', '--runInBand', '--bail', '--json', '--outputFile', output],
    ],
    { cwd: root, env: { ...process.env, ...environment }, stdio: 'ignore' },
  );
  await once(jest, 'exit');
}

function verdict({ testResults }: JestResults, testFile: string): Omit<Verdict, 'seconds'> {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.find(({ status }) => status === 'failed');
  const message = failed?.failureMessages.join('\n') ?? testResults.map((each) => each.message).join('\n');
  const broken = NOT_A_MUTANT.exec(message);
  if (broken || (tests.length === 0 && message))
    return { killed: false, by: testFile, reason: `no fair trial: ${broken?.[0] ?? message}` };
  if (!failed)
    return {
      killed: false,
      by: testFile,
      reason: `${tests.filter(({ status }) => status === 'passed').length} tests are green`,
    };
  return { killed: true, by: failed.fullName, reason: gist(message) };
}

/** The line that says what was wrong: of the model's, the one after the steps. */
function gist(message: string): string {
  const lines = message.split('\n').map((each) => each.trim());
  const steps = lines.findLastIndex((each) => /^\d+\. /.test(each));
  return (lines[steps + 1] ?? '').slice(0, 110);
}
