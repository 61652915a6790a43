import { Bench } from './bench.js';
import type { Command } from './command-line.js';
import { now } from './child/clock.js';
import { buildEarlier, type EarlierRowlock } from './earlier-rowlock.js';
import { compare } from './judge/comparison.js';
import { Figures } from './judge/figures.js';
import { judgeGoals } from './judge/goals.js';
import { PLANS } from './plan.js';
import { describeMachine, type Report } from './report.js';
import { REPOSITORY } from './repository.js';
import { Session } from './session.js';
import { EARLIER, SYSTEMS, WORKLOADS, type System } from './systems.js';
import { ALL_WORKLOADS } from './workloads/all.js';

type Progress = (line: string) => void;

/** Builds what is compared with, measures, and takes away what was built. */
export async function runBench(command: Command, progress: Progress): Promise<Report> {
  const earlier = command.against === null ? null : buildEarlier(REPOSITORY, command.against);
  try {
    return await measure(command, earlier, progress);
  } finally {
    earlier?.remove();
  }
}

async function measure(command: Command, earlier: EarlierRowlock | null, progress: Progress): Promise<Report> {
  const begun = now();
  const { size } = command;
  const trial = size === 'trial';
  const plan = PLANS[size];
  const chosen = chooseSystems(command, progress);
  const stores = new Set(chosen.map(({ store }) => store));
  const rowlockOf = ({ name }: System): string => (name === EARLIER && earlier ? earlier.folder : REPOSITORY);
  const session = await Session.open({ stores, rowlockOf, progress, trial });
  const { measurer, servers } = session;
  const systems = chosen.filter(({ store }) => servers.has(store));
  const workloads = ALL_WORKLOADS.filter(({ name }) => command.workloads.includes(name));
  const bench = new Bench({ plan, systems, workloads, measurer, progress });
  await session.run(
    () => bench.run(),
    () => earlier?.remove(),
  );
  const figures = new Figures(bench.samples);
  return {
    size,
    date: new Date().toISOString().slice(0, 10),
    repetitions: plan.repetitions,
    seconds: Math.round((now() - begun) / 1e3),
    machine: describeMachine(),
    versions: { ...session.versions, ...(earlier && { [EARLIER]: earlier.commit }) },
    settings: session.settings,
    systems: systems.map(({ name, title }) => ({ name, title })),
    workloads: workloads.map(({ name, title }) => ({ name, title })),
    missing: missingFigures(systems, command.workloads),
    figures: figures.summaries,
    disturbed: measurer.disturbed,
    trial,
    goals: earlier ? compare(figures, 'rowlock', EARLIER) : judgeGoals(figures, systems),
  };
}

function chooseSystems({ peers, against, size }: Command, progress: Progress): readonly System[] {
  return SYSTEMS.filter(({ name, kind, usual }) => {
    if (kind === 'rowlock') return name !== EARLIER || against !== null;
    if (peers !== null) return kind === 'floor' ? against === null : peers.includes(name);
    return against === null && (size === 'full' || usual.length > 0);
  })
    .filter(({ title, needs }) => {
      if (needs === undefined || process.env[needs]) return true;
      progress(`${title} is left out: ${needs} is not set.`);
      return false;
      // Whoever is named is measured in all that it can do.
    })
    .map((system) => (peers?.includes(system.name) ? { ...system, usual: WORKLOADS } : system));
}

/** What a table has no row of. Of the floor nobody asks. */
function missingFigures(systems: readonly System[], only: Command['workloads']): Report['missing'] {
  return only.flatMap((workload) =>
    systems.flatMap(({ kind, title, cannot }) => {
      const why = cannot[workload];
      return why === undefined || kind === 'floor' ? [] : [{ workload, system: title, why }];
    }),
  );
}
