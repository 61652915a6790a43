import type { Machine, Report } from '../report.js';
import type { LoggedPlan } from '../servers/logged-plan.js';
import type { StatementCost } from '../servers/statement-cost.js';
import type { Frame } from './call-tree.js';
import type { ProfileName } from './profile-names.js';

/** What was seen of one piece of work. */
export interface ProfileResult {
  readonly name: ProfileName;
  /** How many jobs or pipelines there were. */
  readonly count: number;
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Report['versions'];
  /** Processor time of the process that was looked into, from its first sample to its last. */
  readonly origins: readonly { readonly origin: string; readonly milliseconds: number }[];
  readonly calls: Frame;
  /** The dearest first. */
  readonly statements: readonly StatementCost[];
  /** One for each of the dearest statements. */
  readonly plans: readonly LoggedPlan[];
}

/** Everything that a run found out; what `--profile --json` prints. */
export interface ProfileReport {
  readonly size: string;
  readonly seconds: number;
  readonly profiles: readonly ProfileResult[];
  /** Measures that others disturbed; they were made again, except in a trial. */
  readonly disturbed: number;
  readonly trial: boolean;
  /** A profile has none. */
  readonly goals: readonly [];
}
