import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { Settings } from './adapters/adapter.js';
import type { Summary } from './judge/figures.js';
import type { Goal } from './judge/goal.js';

/** Everything that a run found out; what `--json` prints and the tables are made of. */
export interface Report {
  readonly size: string;
  /** Such as `2026-11-22`. */
  readonly date: string;
  readonly repetitions: number;
  readonly seconds: number;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  /** Of the servers that differ from their defaults, and of each system as it was run. */
  readonly settings: Readonly<Record<string, Settings>>;
  readonly systems: readonly { readonly name: string; readonly title: string }[];
  readonly workloads: readonly { readonly name: string; readonly title: string }[];
  /** Systems that a workload has no figures of, and why. */
  readonly missing: readonly { readonly workload: string; readonly system: string; readonly why: string }[];
  readonly figures: readonly Summary[];
  /** Measures that others disturbed; they were made again, except in a trial. */
  readonly disturbed: number;
  readonly trial: boolean;
  readonly goals: readonly Goal[];
}

/** What it was measured on. */
export interface Machine {
  readonly processors: number;
  readonly model: string;
  readonly memoryGb: number;
  readonly system: string;
}

/** The machine that this runs on. */
export function describeMachine(): Machine {
  return {
    processors: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
  };
}
