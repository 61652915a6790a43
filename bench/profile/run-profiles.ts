import { now } from '../child/clock.js';
import type { Command } from '../command-line.js';
import type { Measurer } from '../measurer.js';
import { PLANS } from '../plan.js';
import { describeMachine } from '../report.js';
import { REPOSITORY } from '../repository.js';
import { type LoggedPlan, PLAN_LOG_SETTINGS } from '../servers/logged-plan.js';
import { Session } from '../session.js';
import type { Stage } from '../stage.js';
import { ROWLOCK } from '../systems.js';
import { ALL_PROFILES } from './all.js';
import { callTree, timeByOrigin } from './call-tree.js';
import type { Profile } from './profile.js';
import type { ProfileName } from './profile-names.js';
import { PROFILE_PLANS, type ProfilePlan } from './profile-plan.js';
import type { ProfileReport, ProfileResult } from './profile-report.js';

/** Statements that cost less are not told of. */
const LEAST_SHARE = 0.01;
/** Functions that are seen less are not drawn. */
const LEAST_FRAME = 0.004;
/** Of so many statements, the dearest, a plan is kept. */
const PLANS_KEPT = 2;

/** Looks into Rowlock at work, on a PostgreSQL of its own. */
export async function runProfiles(
  { size }: Pick<Command, 'size'>,
  names: readonly ProfileName[],
  progress: (line: string) => void,
): Promise<ProfileReport> {
  const begun = now();
  const trial = size === 'trial';
  const parts = { rowlockOf: () => REPOSITORY, progress, trial, postgresSettings: PLAN_LOG_SETTINGS };
  const session = await Session.open({ stores: new Set(), ...parts });
  const { measurer } = session;
  const profiles = await session.run(async () => {
    const results: ProfileResult[] = [];
    for (const profile of ALL_PROFILES.filter(({ name }) => names.includes(name))) {
      const seen = await look(measurer, profile, PROFILE_PLANS[size]);
      const date = new Date().toISOString().slice(0, 10);
      results.push({ name: profile.name, date, machine: describeMachine(), versions: session.versions, ...seen });
      progress(`${profile.name}: ${seen.count.toLocaleString('en')} ${profile.unit}`);
    }
    return results;
  });
  const seconds = Math.round((now() - begun) / 1e3);
  return { size, seconds, profiles, disturbed: measurer.disturbed, trial, goals: [] };
}

type Seen = Pick<ProfileResult, 'count' | 'origins' | 'calls' | 'statements' | 'plans'>;

/** Twice: to write plans down costs more than what is to be seen. */
async function look(measurer: Measurer, profile: Profile, plan: ProfilePlan): Promise<Seen> {
  const { statements: all, ...seen } = await measure(measurer, profile, plan, (stage) => sample(stage, profile, plan));
  const spent = all.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const statements = all.filter(({ milliseconds }) => milliseconds >= spent * LEAST_SHARE);
  const dearest = statements.slice(0, PLANS_KEPT).map(({ statement }) => statement);
  const plans = await measure(measurer, profile, plan, (stage) => explain(stage, profile, plan));
  return { ...seen, statements, plans: dearest.flatMap((statement) => usual(plans, statement)) };
}

function measure<Result>(
  measurer: Measurer,
  { name }: Profile,
  { warmUp }: ProfilePlan,
  on: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  return measurer.measure({ what: name, system: ROWLOCK, plan: { ...PLANS.usual, warmUp }, on });
}

async function sample(stage: Stage, profile: Profile, plan: ProfilePlan): Promise<Omit<Seen, 'plans'>> {
  const { member, crew, work } = await profile.prepare(stage, plan);
  const begun = stage.snapshot(crew);
  const ended = await stage.watchStatements();
  await member.call.beginSampling();
  const count = await work();
  const cpu = await member.call.endSampling();
  const statements = await ended();
  stage.spentSince(begun, crew);
  return { count, origins: timeByOrigin(cpu), calls: callTree(cpu, LEAST_FRAME), statements };
}

async function explain(stage: Stage, profile: Profile, plan: ProfilePlan): Promise<readonly LoggedPlan[]> {
  const { work } = await profile.prepare(stage, plan);
  const logged = await stage.logPlans();
  await work();
  return logged();
}

/** The call of the middle length. */
function usual(plans: readonly LoggedPlan[], statement: string): LoggedPlan[] {
  const own = plans.filter((plan) => plan.statement === statement).sort((a, b) => a.milliseconds - b.milliseconds);
  const middle = own[Math.floor(own.length / 2)];
  return middle ? [middle] : [];
}
