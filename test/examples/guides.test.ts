import { readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buy } from '../../examples/guides/approval-flow.js';
import { ingest } from '../../examples/guides/ingest-site.js';
import { report } from '../../examples/guides/nightly-report.js';
import { sell } from '../../examples/guides/order-saga.js';
import { render, renditionsOf } from '../../examples/guides/video.js';
import { eventually } from '../support/eventually.js';
import { isAlive } from '../support/processes.js';
import { useProgramDatabase } from '../support/program-database.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

const CUSTOMERS = 10_000;

describe('the programs of the guides', () => {
  const dataSource = useProgramDatabase();
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
  });
  afterEach(() => folder.remove());

  /** Speaks as ffmpeg does: how far it is, until the end, or until it is told to end. */
  async function fakeFfmpeg(): Promise<string> {
    const file = `${folder.path}/ffmpeg.mjs`;
    await writeFile(
      file,
      `#!${process.execPath}
import { writeFileSync } from 'node:fs';
const endless = process.argv.some((option) => option.endsWith('endless.mov'));
if (endless) writeFileSync(${JSON.stringify(`${folder.path}/pid`)}, String(process.pid));
for (let second = 1; second <= 10; second++) console.log('frame=1\\nout_time_us=' + second * 1e6);
if (endless) setInterval(() => {}, 1e6);
`,
    );
    await chmod(file, 0o755);
    return file;
  }

  it('ingest a site, and leave out what is not there', async () => {
    const server = createServer((request, response) => {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const pages = ['/', '/about', '/gone', '/prices'].map((path) => `<url><loc>${base}${path}</loc></url>`);
      if (request.url === '/sitemap.xml') response.end(`<urlset>${pages.join('')}</urlset>`);
      else if (request.url === '/gone') response.writeHead(404).end();
      else response.end(`<title>page ${request.url}</title>`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect(await ingest(dataSource(), url)).toEqual({ stored: 3, missing: 1 });
      expect(await dataSource().query('select title from site_page order by url')).toEqual(
        ['page /', 'page /about', 'page /prices'].map((title) => ({ title })),
      );
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('sell lamps', async () => {
    const sale = await sell(dataSource(), 'Harbour Street 1');
    expect(sale).toEqual({ outcome: 'parcel 7 to Harbour Street 1', unitsLeft: 3, charged: [4_900] });
  });

  it('refund an order that cannot be shipped, and put the lamps back', async () => {
    const { outcome, unitsLeft, charged } = await sell(dataSource(), '');
    expect(outcome).toContain('order 7 has no address');
    expect({ unitsLeft, charged }).toEqual({ unitsLeft: 5, charged: [] });
  });

  it.each([
    [4_900, 'lead@example.com'],
    [490_000, 'director@example.com'],
  ])('buy for %s cents what %s has approved', async (cents, person) => {
    expect(await buy(dataSource(), cents, 'c7')).toEqual({
      outcome: 'lamp for c7',
      asked: person,
      decidedBy: person,
    });
  });

  it('buy nothing that was rejected', async () => {
    const { outcome, decidedBy } = await buy(dataSource(), 4_900, null);
    expect(outcome).toContain('rejected by lead@example.com: not this year');
    expect(decidedBy).toBe('lead@example.com');
  });

  it(`report over ${CUSTOMERS} customers`, async () => {
    expect(await report(dataSource(), CUSTOMERS)).toEqual({
      customers: CUSTOMERS,
      cents: CUSTOMERS * 200,
      progress: `${CUSTOMERS} of ${CUSTOMERS} customers, 0 failed`,
    });
  });

  it('render a video in every height, with its progress', async () => {
    const outcome = await render(
      dataSource(),
      await fakeFfmpeg(),
      { file: 'a.mov', seconds: 10 },
      async (run, jobs) => ({
        ...(await run.result()),
        renditions: (await renditionsOf(jobs, run)).toSorted(),
      }),
    );
    expect(outcome).toEqual({ published: 2, renditions: ['360p completed 1', '720p completed 1'] });
  });

  it('end the program when the run is cancelled', async () => {
    const video = { file: 'endless.mov', seconds: 1_000 };
    const pid = await render(dataSource(), await fakeFfmpeg(), video, async (run, jobs) => {
      await eventually('it renders', async () => (await renditionsOf(jobs, run)).includes('360p running 0.01'));
      await run.cancel('the video was withdrawn');
      await expect(run.result()).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
      return Number(readFileSync(`${folder.path}/pid`, 'utf8'));
    });
    await eventually('ffmpeg is over', () => !isAlive(pid));
  });
});
