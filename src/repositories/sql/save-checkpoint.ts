import { statement } from '../statement.js';
import { ownAttempt } from './own-attempt.js';

/**
 * Records that an attempt has got past a place, or is suspended there. An attempt that has lost its
 * lease records nothing.
 */
export const saveCheckpoint = statement<
  readonly [
    job: string,
    token: string,
    place: number,
    kind: string,
    name: string,
    result: string | null,
    dueMs: number | null,
    dueAt: string | null,
  ],
  { readonly leftMs: number | null }
>(
  'save-checkpoint',
  ({ schema }) => `
with ${ownAttempt(schema)},
saved as (
  insert into ${schema}.checkpoint (job_id, place, kind, name, result, due_at, created_at)
  select m.id, $3::int, $4, $5, $6::jsonb, coalesce($8::timestamptz, ${schema}.clock() + $7::float8 * interval '1 millisecond'),
    ${schema}.clock() from mine m
  returning due_at
)
select date_part('epoch', due_at - ${schema}.clock()) * 1000 as "leftMs" from saved`,
);
