import type { JobDetails } from '../client/job-details.js';
import type { RunGraph } from '../client/run-graph.js';
import type { RunStatus, StepStatus } from '../client/run-status.js';
import { showMoment } from './show-moment.js';
import { textTable } from './text-table.js';

/** A run with its steps, those too that have not begun, and its jobs: for people, and as an object for programs. */
export function runPage(
  status: RunStatus,
  { steps }: RunGraph,
  jobs: readonly JobDetails[],
  failed: readonly JobDetails[],
): { readonly text: string; readonly object: Readonly<Record<string, unknown>> } {
  const begun = new Map(status.steps.map((step) => [step.name, step]));
  const jobOf = (name: string): string | null => jobs.find((job) => isOnlyJob(job, name))?.id ?? null;
  const rows = steps.map(({ name, kind, after }) => ({ name, kind, after, job: jobOf(name), step: begun.get(name) }));
  const table = textTable(
    ['step', 'state', 'jobs', 'started', 'ended', 'after', 'job'],
    rows.map(({ name, kind, after, job, step }) => [
      kind === 'each' ? `${name}*` : name,
      stateOf(step),
      step ? `${step.done}/${step.total}` : '-',
      showMoment(step?.startedAt ?? null),
      showMoment(step?.finishedAt ?? null),
      after.join(', ') || '-',
      job ?? '-',
    ]),
  );
  return {
    text: [...head(status), '', table, ...failures(failed)].join('\n'),
    object: {
      ...status,
      steps: rows.map(({ step, ...row }) => ({ state: 'pending', ...row, ...step })),
      failedJobs: failed.map(({ id, run, state, reason }) => ({ id, step: run?.step, item: run?.item, state, reason })),
    },
  };
}

/** The newest job of a step that is one job, and does not undo it. */
function isOnlyJob({ run, meta }: JobDetails, name: string): boolean {
  return run?.step === name && run.item === null && meta['undo'] !== true;
}

function stateOf(step: StepStatus | undefined): string {
  if (!step) return 'pending';
  return step.undo === null ? step.state : `${step.state}, undo ${step.undo}`;
}

function head(status: RunStatus): string[] {
  const { id, pipeline, version, state, error, createdAt, deadlineAt, finishedAt, retries } = status;
  const times = [
    `started ${showMoment(createdAt)}`,
    ...(finishedAt ? [`ended ${showMoment(finishedAt)}`] : []),
    ...(deadlineAt ? [`deadline ${showMoment(deadlineAt)}`] : []),
    ...(retries > 0 ? [retries === 1 ? 'retried once' : `retried ${retries} times`] : []),
  ];
  const notes = (error?.notUndone ?? []).map(({ step, item, message }) => {
    return `not undone: ${step}${item === null ? '' : ` item ${item}`}: ${message}`;
  });
  return [
    `run ${id} of ${pipeline} (version ${version}): ${state}`,
    times.join(', '),
    ...descent(status),
    ...(error ? [error.message] : []),
    ...notes,
  ];
}

function descent({ origin }: RunStatus): string[] {
  if (origin === null) return [];
  if (origin.kind === 'rerun') return [`rerun of ${origin.run}`];
  return [`fork of ${origin.run} from ${origin.from.join(', ')}; taken over: ${origin.reused.join(', ') || 'nothing'}`];
}

function failures(failed: readonly JobDetails[]): string[] {
  if (failed.length === 0) return [];
  const rows = failed.map(({ id, run, state, reason }) => {
    return [id, run?.step ?? '-', String(run?.item ?? '-'), state, reason ?? '-'];
  });
  return ['', textTable(['failed job', 'step', 'item', 'state', 'reason'], rows)];
}
