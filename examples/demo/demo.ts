import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { ResolvedDatabase } from '../../src/dev/index.js';
import { Jobs, Locks, Telemetry } from '../../src/index.js';
import { crawlReport, type CrawlReport } from './crawl-report.js';
import { Crawl } from './crawl.js';
import { withApplication, withWorker, type DemoApplication } from './demo-application.js';
import type { Interruption } from './interruption.js';
import type { DemoOptions } from './options.js';
import { ProgressBars } from './progress-bars.js';
import { ProgressLines } from './progress-lines.js';
import { failureList, resultTable, summaryLine } from './result-table.js';
import { startSampleSite } from './sample-site/start-sample-site.js';
import { say, sayFact } from './say.js';
import { takeTurn } from './take-turn.js';

/** Away from the jobs of whoever owns the database. */
const SCHEMA = process.env['ROWLOCK_SCHEMA'] ?? 'rowlock_demo';

/** A finished crawl. */
interface Outcome {
  readonly report: CrawlReport;
  readonly elapsedMs: number;
}

/**
 * Crawls a site and shows what came of it.
 * @returns the code to exit with
 */
export async function demo(
  options: DemoOptions,
  database: ResolvedDatabase,
  interruption: Interruption,
): Promise<number> {
  const site = options.url === null ? await startSampleSite() : null;
  try {
    const start = site?.url ?? options.url ?? '';
    sayFact('Schema', SCHEMA);
    sayFact('Site', site ? `${start}, a sample served here` : start);
    const settings = { url: database.url, schema: SCHEMA, host: new URL(start).host };
    const outcome = await withApplication(settings, (application) => crawl(application, start, options, interruption));
    show(outcome, database, options.keep);
    if (options.keep && database.source === 'embedded') await forever(interruption.signal);
    return outcome.report.rows.length > 0 ? 0 : 1;
  } finally {
    await site?.close();
  }
}

function crawl(
  { container, dataSource }: DemoApplication,
  start: string,
  limits: DemoOptions,
  { signal, stop }: Interruption,
): Promise<Outcome> {
  const jobs = container.get(Jobs);
  const telemetry = container.get(Telemetry);
  const onWait = (): void => sayFact('Waiting', 'another demo works in this schema');
  const giveUp = (error: Error): never => {
    stop(error);
    throw error;
  };
  return takeTurn(container.get(Locks), signal, onWait, async () => {
    await dataSource.runMigrations();
    await jobs.cancelMany({}, { reason: 'left behind by a demo that was killed' });
    const crawl = new Crawl(jobs, telemetry, limits);
    // Rowlock waits for a database that is away to come back; whoever looks at a demo need not.
    telemetry.on('worker.lapse', () => void jobs.list({}, { limit: 1 }).catch(stop));
    const unfinished = (): readonly string[] => crawl.unfinished;
    return withWorker(container, unfinished, async () => {
      const started = performance.now();
      say('');
      const view = progressView(crawl);
      const visits = await crawl
        .run(start, signal)
        .catch(giveUp)
        .finally(() => view.close());
      const elapsedMs = performance.now() - started;
      return { report: await crawlReport(dataSource, visits), elapsedMs };
    });
  });
}

function progressView(crawl: Crawl): ProgressBars | ProgressLines {
  const { stdout } = process;
  const canDraw = stdout.isTTY && process.env['TERM'] !== 'dumb';
  return canDraw ? new ProgressBars(stdout, () => crawl.progress) : new ProgressLines(stdout, () => crawl.progress);
}

function show({ report, elapsedMs }: Outcome, { source, url }: ResolvedDatabase, keep: boolean): void {
  const columns = process.stdout.columns || Infinity;
  const [headings = '', ...lines] = resultTable(report.rows, columns);
  if (lines.length > 0) say(['', styleText('bold', headings), ...lines].join('\n'));
  const failed = failureList(report.failures, columns);
  if (failed.length > 0) say(['', styleText('bold', 'Failed'), ...failed].join('\n'));
  say(`\nIn schema ${SCHEMA}: tables scraped_page, page_image, blob, and view jobs.`);
  if (source === 'embedded' && keep) say(`Until Ctrl-C: psql '${url}?options=-csearch_path%3D${SCHEMA}'`);
  if (source === 'embedded' && !keep) say('The database stops now; `npm run demo -- --keep` leaves it running.');
  say(`\n${summaryLine(report, elapsedMs)}`);
}

/** Until the signal; a timer keeps the process alive, which nothing else does now. */
async function forever(signal: AbortSignal): Promise<void> {
  await delay(2 ** 31 - 1, undefined, { signal }).catch(() => undefined);
}
