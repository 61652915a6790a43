import { fileURLToPath } from 'node:url';
import { Bench } from './bench.js';
import type { Command } from './command-line.js';
import { now } from './child/clock.js';
import { buildEarlier, type EarlierRowlock } from './earlier-rowlock.js';
import { compare } from './judge/comparison.js';
import { Figures } from './judge/figures.js';
import { judgeGoals } from './judge/goals.js';
import { findNode } from './machine/newer-node.js';
import { PLANS } from './plan.js';
import { describeMachine, type Report } from './report.js';
import { POSTGRES_SETTINGS } from './servers/postgres.js';
import { REDIS_SETTINGS } from './servers/redis.js';
import { startServers, stopServers, type Servers } from './servers/start-servers.js';
import { EARLIER, SYSTEMS, WORKLOADS, type System } from './systems.js';
import { ALL_WORKLOADS } from './workloads/all.js';

/** The folder of this repository, seen from bench/dist. */
const HERE = fileURLToPath(new URL('../../', import.meta.url));

type Progress = (line: string) => void;

/** Builds what is compared with, measures, and takes away what was built. */
export async function runBench(command: Command, progress: Progress): Promise<Report> {
  const earlier = command.against === null ? null : buildEarlier(HERE, command.against);
  try {
    return await measure(command, earlier, progress);
  } finally {
    earlier?.remove();
  }
}

async function measure(command: Command, earlier: EarlierRowlock | null, progress: Progress): Promise<Report> {
  const begun = now();
  const chosen = chooseSystems(command).filter(({ title, needs }) => {
    if (needs === undefined || process.env[needs]) return true;
    progress(`${title} is left out: ${needs} is not set.`);
    return false;
  });
  const servers = await startServers(new Set(chosen.map(({ store }) => store)), HERE, progress);
  const systems = chosen.filter(({ store }) => servers.has(store));
  const workloads = ALL_WORKLOADS.filter(({ name }) => command.only.includes(name));
  const node = findNode();
  const rowlockOf = ({ name }: System): string => (name === EARLIER && earlier ? earlier.folder : HERE);
  const { size } = command;
  const trial = size === 'trial';
  const plan = PLANS[size];
  const bench = new Bench({ plan, systems, workloads, servers, node: node.path, rowlockOf, progress, trial });
  await runToTheEnd(bench, servers, earlier);
  const figures = new Figures(bench.samples);
  return {
    size,
    repetitions: plan.repetitions,
    seconds: Math.round((now() - begun) / 1e3),
    machine: describeMachine(),
    versions: { node: node.version, ...versionsOf(servers), ...(earlier && { [EARLIER]: earlier.commit }) },
    settings: { postgresql: POSTGRES_SETTINGS, ...redisSettings(servers), ...Object.fromEntries(bench.settings) },
    systems: systems.map(({ name, title }) => ({ name, title })),
    workloads: workloads.map(({ name, title }) => ({ name, title })),
    missing: missingFigures(systems, command.only),
    figures: figures.summaries,
    disturbed: bench.disturbed,
    trial,
    goals: earlier ? compare(figures, 'rowlock', EARLIER) : judgeGoals(figures, systems),
  };
}

/** Ends the servers, however the run went; at Ctrl-C, too. */
async function runToTheEnd(bench: Bench, servers: Servers, earlier: EarlierRowlock | null): Promise<void> {
  const close = async (): Promise<void> => {
    await bench.close();
    await stopServers(servers);
  };
  const interrupt = (): void => {
    void close().finally(() => {
      earlier?.remove();
      process.exit(130);
    });
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await bench.run();
  } finally {
    await close();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function chooseSystems({ peers, against, size }: Command): readonly System[] {
  return SYSTEMS.filter(({ name, kind, usual }) => {
    if (kind === 'rowlock') return name !== EARLIER || against !== null;
    if (peers !== null) return kind === 'floor' ? against === null : peers.includes(name);
    return against === null && (size === 'full' || usual.length > 0);
    // Whoever is named is measured in all that it can do.
  }).map((system) => (peers?.includes(system.name) ? { ...system, usual: WORKLOADS } : system));
}

function versionsOf(servers: Servers): Record<string, string> {
  const names = { postgres: 'postgresql', redis: 'redis', 'redis-aof': 'redis' };
  return Object.fromEntries([...servers].map(([kind, { version }]) => [names[kind], version]));
}

function redisSettings(servers: Servers): Report['settings'] {
  return Object.fromEntries(Object.entries(REDIS_SETTINGS).filter(([kind]) => servers.has(kind as System['store'])));
}

/** What a table has no row of. Of the floor nobody asks. */
function missingFigures(systems: readonly System[], only: Command['only']): Report['missing'] {
  return only.flatMap((workload) =>
    systems.flatMap(({ kind, title, cannot }) => {
      const why = cannot[workload];
      return why === undefined || kind === 'floor' ? [] : [{ workload, system: title, why }];
    }),
  );
}
