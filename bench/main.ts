import path from 'node:path';
import { hideBin } from 'yargs/helpers';
import { readCommand, type Command } from './command-line.js';
import { renderCurves } from './curves/render-curves.js';
import { runCurves } from './curves/run-curves.js';
import { Docs } from './page/docs.js';
import { renderProfiles } from './profile/render-profiles.js';
import { runProfiles } from './profile/run-profiles.js';
import { REPOSITORY } from './repository.js';
import { runBench } from './run-bench.js';
import { renderReport } from './table.js';

/** Progress goes to standard error, so that standard output holds the report alone. */
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

/** The run as it is printed and kept. */
interface Outcome {
  readonly report: { readonly trial: boolean; readonly goals: readonly { readonly met: boolean }[] };
  readonly text: () => string;
  readonly saveTo: (docs: Docs) => void;
}

async function main(): Promise<number> {
  const command = readCommand(hideBin(process.argv));
  if (command.redraw !== null) {
    docsIn(command.redraw).redraw();
    return 0;
  }
  const { report, text, saveTo } = await run(command);
  process.stdout.write(`${command.json ? JSON.stringify(report, null, 2) : text()}\n`);
  if (command.save !== null) saveTo(docsIn(command.save));
  return report.goals.every(({ met }) => met) && !report.trial ? 0 : 1;
}

async function run(command: Command): Promise<Outcome> {
  if (command.curves) {
    const report = await runCurves(command, command.curves, progress);
    return { report, text: () => renderCurves(report), saveTo: (docs) => docs.saveCurves(report) };
  }
  if (command.profiles) {
    const report = await runProfiles(command, command.profiles, progress);
    return { report, text: () => renderProfiles(report), saveTo: (docs) => docs.saveProfiles(report) };
  }
  const report = await runBench(command, progress);
  return { report, text: () => renderReport(report), saveTo: (docs) => docs.saveWorkloads(report) };
}

function docsIn(folder: string): Docs {
  return new Docs(path.resolve(REPOSITORY, folder));
}

try {
  process.exitCode = await main();
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
