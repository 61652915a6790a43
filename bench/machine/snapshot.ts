import { availableParallelism } from 'node:os';
import { now } from '../child/clock.js';
import type { Load } from '../judge/disturbance.js';
import { machineBusy, ProcessTable, threadSeconds } from './processes.js';

/** Processor seconds of all that matters, up to one moment. */
export interface Snapshot {
  readonly at: number;
  readonly busy: number;
  /** Of the bench, the systems under measure and the server. */
  readonly ours: number;
  readonly workers: number;
  readonly server: number;
}

/**
 * Takes one. It costs a few milliseconds.
 * @param workers process ids of the workers
 * @param server process id of the server
 */
export function takeSnapshot(workers: readonly number[], server: number): Snapshot {
  const [at, busy, table] = [now(), machineBusy(), ProcessTable.read()];
  const precise = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + threadSeconds(pid), 0);
  const serving = table.descendants([server]);
  return {
    at,
    busy,
    ours: table.seconds(table.descendants([process.pid, server])),
    workers: precise(workers),
    server: precise(serving) + table.reaped(serving),
  };
}

/** Processor seconds between two snapshots, and what else the machine did. */
export interface Usage {
  readonly load: Load;
  readonly workers: number;
  readonly server: number;
}

/** What was spent between two snapshots. */
export function usageBetween(from: Snapshot, to: Snapshot): Usage {
  return {
    workers: to.workers - from.workers,
    server: to.server - from.server,
    load: {
      seconds: (to.at - from.at) / 1e3,
      processors: availableParallelism(),
      busy: to.busy - from.busy,
      ours: to.ours - from.ours,
    },
  };
}
