import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startSampleSite } from '../../../examples/demo/sample-site/start-sample-site.js';
import { createTestSchema, withClient, type TestSchema } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { makeTemporaryFolder } from '../../support/temporary-folder.js';
import { processesOf } from './processes-of.js';
import { runDemo, type RunningDemo } from './run-demo.js';

const SUMMARY = /^12 pages, 30 images, 0 failed in \d+\.\d s \(\d+\.\d pages\/s\)$/;
const PATIENCE = { timeout: 60_000 };

describe('the demo on the database of the environment', () => {
  let schema: TestSchema;
  let environment: Record<string, string>;

  beforeEach(async () => {
    schema = await createTestSchema();
    environment = { DATABASE_URL: schema.applicationUrl, ROWLOCK_SCHEMA: schema.name };
  });
  afterEach(() => schema.drop());

  it('crawls the sample site; of two at once, one waits for the other', async () => {
    const demos = [runDemo([], environment), runDemo([], environment)];
    expect(await Promise.all(demos.map(({ ended }) => ended))).toEqual([0, 0]);
    for (const { lastLine, output } of demos) {
      expect(lastLine).toMatch(SUMMARY);
      expect(output).toMatch(/^scrape pages +100 % {2}12 of 12$/m);
      expect(output).toMatch(/^process images +100 % {2}30 of 30$/m);
      expect(output).toMatch(/^store pages +100 % {2}12 of 12$/m);
      expect(output).not.toContain('\u001b');
    }
    const { rows } = await withClient(schema.url, (client) =>
      client.query<{ urls: string; runs: string }>(
        `select (select count(*) from ${schema.name}.scraped_page) as urls,
                (select count(distinct run_id) from ${schema.name}.jobs where state = 'completed') as runs`,
      ),
    );
    // Each had a sample site of its own, on another port.
    expect(rows).toEqual([{ urls: '24', runs: '24' }]);
  }, 120_000);

  it('crawls what it is told, on this machine too, and lists what failed', async () => {
    const site = await startSampleSite({ traps: true });
    try {
      const demo = runDemo(['--url', `${site.url}traps/gallery`, '--depth=0'], environment);
      expect(await demo.ended).toBe(0);
      expect(demo.lastLine).toMatch(/^1 pages, 1 images, 3 failed in /);
      expect(demo.output).toMatch(/^image {2}http.*\/traps\/cut\.png\n +The image is damaged/m);

      const failing = runDemo(['--url', `${site.url}traps/missing`], environment);
      expect(await failing.ended).toBe(1);
      expect(failing.lastLine).toMatch(/^0 pages, 0 images, 1 failed in /);
      expect(failing.output).toMatch(/^page {3}http.*\/traps\/missing\n +the server answered 404\.$/m);
    } finally {
      await site.close();
    }
  }, 90_000);

  it('takes up again after one that was killed', async () => {
    const killed = runDemo([], environment);
    await eventually('images are processed', () => /^process images/m.test(killed.output), PATIENCE);
    killed.signalGroup('SIGKILL');
    await killed.ended;
    const demo = runDemo([], environment);
    expect([await demo.ended, demo.lastLine]).toEqual([0, expect.stringMatching(SUMMARY)]);
  }, 90_000);
});

describe('the demo, asked in vain', () => {
  it.each([
    [['--depht', '2'], 2, "Unknown option '--depht'."],
    [['https://example.com'], 2, "Unexpected argument 'https://example.com'."],
    [['--help'], 0, 'Crawls a web site'],
  ])('with %j exits with %i and says what to do', async (args, code, first) => {
    const demo = runDemo(args, {});
    expect(await demo.ended).toBe(code);
    expect(demo.output.startsWith(first)).toBe(true);
    expect(demo.output).toContain('npm run demo -- --url');
  });

  it.each([
    ['postgresql://me:secret@127.0.0.1:1/none', 'PostgreSQL at 127.0.0.1:1/none cannot be reached'],
    ['postgresql://me:secret@[', 'cannot be reached'],
  ])('with the database %s exits with 4 and tells no password', async (url, message) => {
    const demo = runDemo([], { DATABASE_URL: url });
    expect(await demo.ended).toBe(4);
    expect(demo.lastLine).toContain(message);
    expect(demo.lastLine).toContain('Check DATABASE_URL');
    expect(demo.output).not.toContain('secret');
    expect(demo.output).not.toMatch(/^ +at /m);
  });
});

// Which processes there are is read from /proc.
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('the demo with a database of its own, interrupted', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let mark: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
  });
  afterAll(() => folder.remove());
  beforeEach(() => {
    mark = randomUUID();
    environment = { XDG_CACHE_HOME: folder.path, ROWLOCK_TEST_MARK: mark };
  });

  const leavesNothing = (): Promise<unknown> =>
    eventually('no process is left', () => processesOf(mark, folder.path).length === 0, PATIENCE);
  const reaches = (demo: RunningDemo, moment: RegExp): Promise<unknown> =>
    eventually(`it prints ${String(moment)}`, () => moment.test(demo.output), PATIENCE);

  it.each([
    [/^Rowlock demo/m, ['SIGINT'], 130],
    [/^ +Site/m, ['SIGTERM'], 143],
    [/^process images +[2-8]0 %/m, ['SIGINT', 'SIGINT'], 130],
  ] as const)(
    'when it prints %s, by %j, leaves no process behind',
    async (moment, signals, code) => {
      const demo = runDemo([], environment);
      await reaches(demo, moment);
      expect(processesOf(mark, folder.path).length).toBeGreaterThan(0);
      for (const signal of signals) demo.signalGroup(signal);
      expect([await demo.ended, demo.lastLine]).toEqual([code, 'Stopped. Nothing is left running.']);
      expect(processesOf(mark, folder.path)).toEqual([]);
    },
    90_000,
  );

  it('through npm, which tells it nothing, leaves no process behind', async () => {
    const demo = runDemo([], environment, ['npm', 'run', 'demo']);
    await reaches(demo, /^scrape pages/m);
    process.kill(demo.pid, 'SIGTERM');
    await demo.ended;
    await leavesNothing();
    expect(demo.lastLine).toBe('Stopped. Nothing is left running.');
  }, 90_000);

  it('by a reader that has heard enough, leaves no process behind', async () => {
    const demo = runDemo([], environment, [
      'sh',
      '-c',
      `${process.execPath} --import tsx examples/demo/main.ts | head -n 1`,
    ]);
    await reaches(demo, /^Rowlock demo/m);
    await demo.ended;
    await leavesNothing();
    expect(demo.output).not.toMatch(/EPIPE/);
  }, 90_000);

  it('keeps its database for who wants to look, until Ctrl-C', async () => {
    const demo = runDemo(['--keep'], environment);
    await reaches(demo, /pages\/s\)$/m);
    expect(demo.lastLine).toMatch(SUMMARY);
    const [, url = ''] = /psql '([^']+)'/.exec(demo.output) ?? [];
    const { rows } = await withClient(url, (client) => client.query('select url from scraped_page'));
    expect(rows.length).toBeGreaterThanOrEqual(12);
    demo.signalGroup('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(processesOf(mark, folder.path)).toEqual([]);
  }, 90_000);

  it('says so when its database is killed', async () => {
    const demo = runDemo([], environment);
    await reaches(demo, /^scrape pages/m);
    const postgres = processesOf(mark, folder.path).find((line) => / -D /.test(line)) ?? '';
    process.kill(Number.parseInt(postgres, 10), 'SIGQUIT');
    expect(await demo.ended).toBe(4);
    expect(demo.lastLine).toMatch(/^The database went away: /);
    await leavesNothing();
  }, 90_000);
});
