import { RowlockError } from './errors.js';

/** A step of a run waited in vain for what was to come from outside; what that means for the run, its `onTimeout` says. */
export class StepTimeoutError extends RowlockError {
  readonly code = 'STEP_TIMEOUT';

  constructor(
    readonly runId: string,
    readonly step: string,
  ) {
    super(
      `Step "${step}" of run ${runId} waited in vain: its time is over. Send what it waits for in time, give it a longer ` +
        `timeout, or say with onTimeout how the run goes on without it.`,
    );
  }
}

/** The pipeline of a run has no step of that name that waits for a signal, or for an approval. */
export class StepUnknownError extends RowlockError {
  readonly code: 'SIGNAL_UNKNOWN' | 'APPROVAL_UNKNOWN';

  constructor(
    kind: 'signal' | 'approval',
    readonly runId: string,
    pipeline: string,
    step: string,
    known: readonly string[],
  ) {
    const list = known.length > 0 ? known.map((name) => `"${name}"`).join(', ') : 'none';
    super(
      `Run ${runId} of pipeline "${pipeline}" has no step "${step}" that waits for ${kind === 'signal' ? 'a signal' : 'an approval'} ` +
        `(it has: ${list}). Nothing was sent. Name one of these${kind === 'signal' ? `, or send a signal of a handler's own to its job` : ''}.`,
    );
    this.code = kind === 'signal' ? 'SIGNAL_UNKNOWN' : 'APPROVAL_UNKNOWN';
  }
}

/** The person who was asked by an `.approve` step said no; what that means for the run, its `onFailure` says. */
export class ApprovalRejectedError extends RowlockError {
  readonly code = 'APPROVAL_REJECTED';

  constructor(
    readonly runId: string,
    readonly step: string,
    readonly by: string,
    reason: string | null,
  ) {
    super(`Step "${step}" of run ${runId} was rejected by ${by}: ${reason ?? 'no reason was given'}.`);
  }
}

const LINK_PROBLEMS = {
  APPROVAL_LINK_INVALID: 'was not signed by this application, or is not whole. Use the link as it was sent',
  APPROVAL_LINK_EXPIRED: 'has expired. Ask for a new one',
  APPROVAL_LINK_USED: 'is of no more use: the approval has its answer, or its run is over',
} as const;

/** A signed link does not let its holder answer an approval; nothing was stored. */
export class ApprovalLinkError extends RowlockError {
  constructor(readonly code: 'APPROVAL_LINK_INVALID' | 'APPROVAL_LINK_EXPIRED' | 'APPROVAL_LINK_USED') {
    super(`The link to an approval ${LINK_PROBLEMS[code]}.`);
  }
}

/** The child run of a `.run` step failed; what that means for its parent, its `onFailure` says. */
export class ChildRunFailedError extends RowlockError {
  readonly code = 'CHILD_RUN_FAILED';

  constructor(
    readonly childRunId: string,
    pipeline: string,
    reason: string,
  ) {
    super(`Run ${childRunId} of pipeline "${pipeline}" failed: ${reason}`);
  }
}
