import { availableParallelism } from 'node:os';
import type { Load } from '../judge/disturbance.js';
import { now } from '../child/clock.js';
import { machineBusy, ProcessTable } from './processes.js';

/** Processor time of all that matters, at one moment. */
export interface Snapshot {
  readonly at: number;
  readonly table: ProcessTable;
  readonly busy: number;
}

/** Takes one. It costs a few milliseconds. */
export function takeSnapshot(): Snapshot {
  return { at: now(), busy: machineBusy(), table: ProcessTable.read() };
}

/** Processor seconds between two snapshots, and what else the machine did. */
export interface Usage {
  readonly load: Load;
  readonly workers: number;
  readonly server: number;
}

/**
 * @param workers process ids of the workers
 * @param server process id of the server
 */
export function usageBetween(from: Snapshot, to: Snapshot, workers: readonly number[], server: number): Usage {
  const spent = (roots: readonly number[]): number => to.table.trees(roots) - from.table.trees(roots);
  return {
    workers: spent(workers),
    server: spent([server]),
    load: {
      seconds: (to.at - from.at) / 1e3,
      processors: availableParallelism(),
      busy: to.busy - from.busy,
      ours: spent([process.pid, server]),
    },
  };
}
