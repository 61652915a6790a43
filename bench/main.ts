import { hideBin } from 'yargs/helpers';
import { readCommand } from './command-line.js';
import { runBench } from './run-bench.js';
import { renderReport } from './table.js';

/** Progress goes to standard error, so that standard output holds the report alone. */
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const command = readCommand(hideBin(process.argv));
  const report = await runBench(command, progress);
  process.stdout.write(`${command.json ? JSON.stringify(report, null, 2) : renderReport(report)}\n`);
  return report.goals.every(({ met }) => met) && !report.trial ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
