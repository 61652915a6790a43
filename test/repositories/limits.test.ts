import { expect, it } from '@jest/globals';
import { JobsAt } from '../support/jobs-at.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);

const json = (bytes: number): string => `jsonb_build_object('text', repeat('x', ${bytes}))`;

/** What somebody may write by hand, and the constraint that refuses it. */
const REFUSED: readonly (readonly [constraint: string, change: string])[] = [
  ['identifier_form', `update $s.job set name = 'Greet'`],
  ['identifier_form', `update $s.job set queue = repeat('q', 64)`],
  ['priority_range', 'update $s.job set priority = 10'],
  ['attempt_limit_range', 'update $s.job set max_attempts = 0'],
  ['payload_version_range', 'update $s.job set payload_version = 1'],
  ['tag_list_length', `update $s.job set tags = array_fill('a'::text, array[21])`],
  ['payload_size', `update $s.job set payload = ${json(2 ** 21)}`],
  ['result_size', `update $s.job_history set result = ${json(2 ** 23)}`],
  ['error_list_length', `update $s.job set errors = to_jsonb(array_fill('no'::text, array[11]))`],
  ['message_length', `update $s.job set progress_message = repeat('m', 1001)`],
  ['job_waiting_state', `update $s.job_waiting set state = 'running'`],
  ['job_waiting_run_at', 'update $s.job_waiting set run_at = null'],
];

it.each(REFUSED)('%s refuses %s', async (constraint, change) => {
  for (const state of ['available', 'scheduled', 'completed'] as const) await jobs.inState(state);
  expect(await rejectionOf(rowlock.query(change))).toMatchObject({ constraint, code: '23514' });
});

it.each([
  ['payload', `update $s.job set payload = ${json(2 ** 18)}`],
  ['result', `update $s.job_history set result = ${json(2 ** 20)}`],
  // The longest that 256 KiB of text become: each element is two characters of it.
  ['payload of short elements', `update $s.job set payload = to_jsonb(array_fill(0, array[131071]))`],
])('a %s as large as Rowlock takes is not refused', async (_, change) => {
  for (const state of ['available', 'completed'] as const) await jobs.inState(state);
  await rowlock.query(change);
});
