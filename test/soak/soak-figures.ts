import { textTable } from '../../src/cli/text-table.js';
import type { Transition, Visit } from '../support/audit.js';
import { isRescue, repeatedVisits } from '../support/history-checker.js';
import type { FaultRecord } from './faults.js';

/** How long it took until work went on, in milliseconds. */
export interface Recovery {
  readonly fault: string;
  readonly times: number;
  /** Of how many jobs, or, of what happens to everybody, after how many faults. */
  readonly measured: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** How much was done twice. */
export interface Executions {
  readonly executions: number;
  readonly duplicates: number;
  readonly duplicatePercent: number;
}

export function executionsOf(visits: readonly Visit[], transitions: readonly Transition[]): Executions {
  const duplicates = repeatedVisits(visits, transitions).length;
  const percent = Math.round((duplicates / Math.max(1, visits.length)) * 10_000) / 100;
  return { executions: visits.length, duplicates, duplicatePercent: percent };
}

/** For each fault that happened, how long it kept jobs from running. */
export function recoveriesOf(faults: readonly FaultRecord[], transitions: readonly Transition[]): readonly Recovery[] {
  const names = [...new Set(faults.map(({ fault }) => fault))].toSorted();
  return names.map((name) => {
    const records = faults.filter(({ fault }) => fault === name);
    const waits = records.flatMap((record) => waitsAfter(record, transitions)).toSorted((left, right) => left - right);
    const quantile = (share: number): number | null => waits[Math.ceil(share * waits.length) - 1] ?? null;
    return { fault: name, times: records.length, measured: waits.length, p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) }; // prettier-ignore
  });
}

/**
 * Of what happens to a worker: until each of its jobs that was rescued is claimed again. Of what happens to all: from when
 * it is over until the next claim.
 */
function waitsAfter(record: FaultRecord, transitions: readonly Transition[]): readonly number[] {
  if (record.workerIds.length > 0) return waitsOfRescued(record, transitions);
  const next = transitions.find(({ to, at }) => to === 'running' && at >= record.healedAt);
  return next ? [Math.round(next.at - record.healedAt)] : [];
}

function waitsOfRescued({ at, workerIds }: FaultRecord, transitions: readonly Transition[]): readonly number[] {
  const tokens = new Set(transitions.filter(({ workerId }) => workerId && workerIds.includes(workerId)).map(({ token }) => token)); // prettier-ignore
  const rescues = transitions.filter((step) => isRescue(step) && tokens.has(step.tokenBefore) && step.at >= at);
  return rescues.flatMap((rescue) => {
    const again = transitions.find(
      ({ jobId, to, seq }) => jobId === rescue.jobId && to === 'running' && seq > rescue.seq,
    );
    return again ? [Math.round(again.at - at)] : [];
  });
}

/** The figures of recovery, for people. */
export function recoveryTable(recoveries: readonly Recovery[]): string {
  const cell = (value: number | null): string => (value === null ? '' : String(value));
  return textTable(
    ['fault', 'times', 'measured', 'p50 ms', 'p99 ms', 'max ms'],
    recoveries.map(({ fault, times, measured, p50, p99, max }) => [fault, String(times), String(measured), cell(p50), cell(p99), cell(max)]), // prettier-ignore
  );
}
