import { describe, expect, it } from '@jest/globals';
import * as coreErrors from '../../src/core/errors.js';
import * as stepErrors from '../../src/core/step-errors.js';

const errors = { ...coreErrors, ...stepErrors };

const id = '0192f0c1-0000-7000-8000-000000000000';

/** One of each, with what its code is and what its message must tell. */
const CASES: readonly [coreErrors.RowlockError, code: string, tells: readonly string[]][] = [
  [new errors.DefinitionError('HANDLER_INVALID', 'Handler A: why.'), 'HANDLER_INVALID', ['Handler A: why.']],
  [
    new errors.PayloadError('scrape', [
      { path: 'url', message: 'must be a URL' },
      { path: '', message: 'is odd' },
    ]),
    'PAYLOAD_INVALID',
    ['"scrape"', 'url: must be a URL; is odd'],
  ],
  [
    new errors.NotSerializableError('The result', 'it is a cycle'),
    'NOT_SERIALIZABLE',
    ['The result', 'it is a cycle', 'plain data'],
  ],
  [new errors.TooLargeError('The result', 300, 200), 'TOO_LARGE', ['300 bytes', '200', 'pass its BlobRef']],
  [new errors.DuplicateJobError('scrape', 'page:1', id), 'JOB_DUPLICATE', ['"scrape"', '"page:1"', id, 'onConflict']],
  [
    new errors.HandlerNotFoundError('scrape', ['a', 'b']),
    'HANDLER_NOT_FOUND',
    ['"scrape"', 'registered: "a", "b"', 'createContainer'],
  ],
  [new errors.HandlerNotFoundError('scrape', []), 'HANDLER_NOT_FOUND', ['registered: none']],
  [new errors.NotFoundError('job', id), 'NOT_FOUND', [`no job ${id}`, 'retention']],
  [
    new errors.InvalidTransitionError('redrive', id, 'running', ['completed', 'cancelled']),
    'INVALID_TRANSITION',
    [id, 'running', 'redrive', 'completed, cancelled'],
  ],
  [new errors.ResultTimeoutError(id, 500), 'RESULT_TIMEOUT', [id, '500 ms', 'goes on']],
  [new errors.JobFailedError(id, 'discarded', 'spent'), 'JOB_DISCARDED', [id, 'discarded', 'spent']],
  [new errors.JobFailedError(id, 'cancelled', 'unwanted'), 'JOB_CANCELLED', [id, 'cancelled', 'unwanted']],
  [new errors.RunFailedError(id, 'failed', 'a step'), 'RUN_FAILED', [id, 'failed', 'a step']],
  [new errors.RunFailedError(id, 'cancelled', 'unwanted'), 'RUN_CANCELLED', [id, 'was cancelled', 'unwanted']],
  [new errors.AttemptAbortedError('LEASE_LOST', 'the lease lapsed'), 'LEASE_LOST', ['the lease lapsed']],
  [
    new errors.DatabaseUnreachableError('db:5432', 'refused'),
    'DATABASE_UNREACHABLE',
    ['db:5432', 'refused', 'DATABASE_URL'],
  ],
  [
    new errors.SchemaVersionError('rowlock', 'missing', 'no table'),
    'SCHEMA_VERSION',
    ['"rowlock" is not there', 'rowlock migrate up'],
  ],
  [
    new errors.SchemaVersionError('rowlock', 'behind', '1 of 2'),
    'SCHEMA_VERSION',
    ['behind', '1 of 2', 'rowlock migrate up'],
  ],
  [
    new errors.SchemaVersionError('rowlock', 'ahead', '3 of 2'),
    'SCHEMA_VERSION',
    ['ahead', 'Upgrade the rowlock package'],
  ],
  [
    new errors.MigrationError('MIGRATION_BLOCKED', 'Another process migrates.'),
    'MIGRATION_BLOCKED',
    ['Another process'],
  ],
  [
    new errors.VerificationTimeoutError('shop', 'step-begins-once', 500),
    'VERIFICATION_TIMEOUT',
    ['"shop"', 'step-begins-once', '500 ms', '--statement-timeout'],
  ],
  [new errors.LockUnavailableError('k', 50, 'worker w'), 'LOCK_UNAVAILABLE', ['"k"', '50 ms', 'worker w']],
  [
    new errors.CheckpointMismatchError('1', 'order', 2, 'step "pay"', 'sleep "a day"'),
    'CHECKPOINT_MISMATCH',
    ['1', '"order"', '2nd', 'step "pay"', 'sleep "a day"', 'enqueue it anew'],
  ],
  [new errors.SignalTimeoutError('1', 'review'), 'SIGNAL_TIMEOUT', ['1', '"review"', 'timeout']],
  [new errors.ChildRunFailedError(id, 'ship', 'a step'), 'CHILD_RUN_FAILED', [id, '"ship"', 'failed: a step']],
  [new errors.StepTimeoutError(id, 'review'), 'STEP_TIMEOUT', [id, '"review"', 'onTimeout']],
  [
    new errors.StepUnknownError('signal', id, 'order', 'review', ['paid']),
    'SIGNAL_UNKNOWN',
    [id, '"order"', '"review"', 'it has: "paid"'],
  ],
  [new errors.StepUnknownError('approval', id, 'order', 'review', []), 'APPROVAL_UNKNOWN', ['it has: none']],
  [new errors.ApprovalRejectedError(id, 'review', 'ann', 'too dear'), 'APPROVAL_REJECTED', [id, 'by ann: too dear']],
  [new errors.ApprovalRejectedError(id, 'review', 'ann', null), 'APPROVAL_REJECTED', ['no reason was given']],
  [new errors.ApprovalLinkError('APPROVAL_LINK_INVALID'), 'APPROVAL_LINK_INVALID', ['not signed by this application']],
  [new errors.ApprovalLinkError('APPROVAL_LINK_EXPIRED'), 'APPROVAL_LINK_EXPIRED', ['has expired']],
  [new errors.ApprovalLinkError('APPROVAL_LINK_USED'), 'APPROVAL_LINK_USED', ['has its answer']],
  [new errors.LockLostError('k', 'its time was up'), 'LOCK_LOST', ['"k"', 'its time was up', 'stop writing']],
];

describe('an error', () => {
  it.each(CASES.map(([error, code, tells]) => ({ kind: error.name, code, error, tells })))(
    '$kind carries $code and says what happened',
    ({ error, code, tells }) => {
      expect(error).toBeInstanceOf(errors.RowlockError);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ code, name: error.constructor.name });
      for (const part of tells) expect(error.message).toContain(part);
    },
  );

  it('of every class is among these', () => {
    const tested = new Set(CASES.map(([error]) => error.constructor));
    const missing = Object.values(errors).filter(
      (errorClass) => errorClass !== errors.RowlockError && !tested.has(errorClass),
    );
    expect(missing).toEqual([]);
  });

  it('keeps its cause', () => {
    const cause = new Error('below');
    expect(new errors.PayloadError('a', [], { cause }).cause).toBe(cause);
    expect(new errors.DatabaseUnreachableError('a', 'b', { cause }).cause).toBe(cause);
  });
});
