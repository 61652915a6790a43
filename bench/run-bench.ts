import { fileURLToPath } from 'node:url';
import { Bench } from './bench.js';
import type { Command } from './command-line.js';
import { Figures } from './judge/figures.js';
import { judgeGoals } from './judge/goals.js';
import { now } from './child/clock.js';
import { findNode } from './machine/newer-node.js';
import { PLANS } from './plan.js';
import { describeMachine, type Report } from './report.js';
import { Postgres, POSTGRES_SETTINGS } from './servers/postgres.js';
import { SYSTEMS, type System } from './systems.js';
import { ALL_WORKLOADS } from './workloads/all.js';

/** The folder of this repository, seen from bench/dist. */
const HERE = fileURLToPath(new URL('../../', import.meta.url));

/** Starts the servers, measures, and ends the servers, however that went. */
export async function runBench(command: Command, progress: (line: string) => void): Promise<Report> {
  const begun = now();
  const plan = PLANS[command.size];
  const node = findNode();
  const workloads = ALL_WORKLOADS.filter(({ name }) => command.only.includes(name));
  const systems = chooseSystems(command);
  const postgres = await Postgres.start(HERE);
  const servers = new Map([['postgres', postgres]] as const);
  const bench = new Bench({
    plan,
    systems,
    workloads,
    servers,
    node: node.path,
    rowlockOf: () => HERE,
    progress,
    trial: command.trial,
  });
  const close = async (): Promise<void> => {
    await bench.close();
    for (const server of servers.values()) await server.stop();
  };
  const interrupt = (): void => void close().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await bench.run();
  } finally {
    await close();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  const figures = new Figures(bench.samples);
  return {
    size: command.size,
    repetitions: plan.repetitions,
    seconds: Math.round((now() - begun) / 1e3),
    machine: describeMachine(),
    versions: { node: node.version, postgresql: postgres.version },
    settings: { postgresql: POSTGRES_SETTINGS, ...Object.fromEntries(bench.settings) },
    systems: systems.map(({ name, title }) => ({ name, title })),
    workloads: workloads.map(({ name, title }) => ({ name, title })),
    missing: workloads.flatMap(({ name }) =>
      systems.flatMap(({ title, cannot }) =>
        cannot[name] ? [{ workload: name, system: title, why: cannot[name] }] : [],
      ),
    ),
    figures: figures.summaries,
    disturbed: bench.disturbed,
    trial: command.trial,
    goals: judgeGoals(figures, systems),
  };
}

function chooseSystems({ peers }: Command): readonly System[] {
  return SYSTEMS.filter(
    ({ kind, name }) => kind === 'rowlock' || kind === 'floor' || peers === null || peers.includes(name),
  );
}
