import { parseArgs } from 'node:util';
import { Bench } from './bench.js';
import { NarrowLayout } from './layouts/narrow.js';
import { OneRowLayout } from './layouts/one-row.js';
import { RawFloor } from './layouts/raw-floor.js';
import { millionReady, millionScheduled } from './measures/claim-at-a-million.js';
import { heldSnapshot } from './measures/held-snapshot.js';
import { largePayloads } from './measures/large-payloads.js';
import { statementShapes } from './measures/statement-shapes.js';
import { throughput } from './measures/throughput.js';
import { report } from './report.js';
import { startServer } from './server.js';

const layouts = [new OneRowLayout(), new OneRowLayout({ claimRow: false }), new NarrowLayout()];

const measures: Record<string, (bench: Bench) => Promise<void>> = {
  throughput: (bench) => throughput(bench, [...layouts, new RawFloor()]),
  'million-ready': (bench) => millionReady(bench, layouts),
  'million-scheduled': (bench) => millionScheduled(bench, layouts),
  'large-payloads': (bench) => largePayloads(bench, layouts),
  'statement-shapes': (bench) => statementShapes(bench),
  'held-snapshot': (bench) => heldSnapshot(bench, [layouts[0]!, layouts[2]!]),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
    },
  });
  const chosen = values.only ?? Object.keys(measures);
  const unknown = chosen.filter((name) => !measures[name]);
  if (unknown.length > 0) {
    throw new Error(`No measure called ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}.`);
  }
  const server = await startServer();
  try {
    const bench = new Bench(server, values.quick);
    for (const name of chosen) {
      bench.begin(name);
      await measures[name]!(bench);
      await bench.closeAll();
    }
    const { samples, notes } = bench;
    console.log(
      values.json ? JSON.stringify({ samples, notes }, null, 2) : `${report(samples)}\n\n${notes.join('\n\n')}`,
    );
  } finally {
    await server.stop();
  }
}

await main();
