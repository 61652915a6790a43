import { statement } from '../statement.js';

/** What a job's attempts have got past, in the order of the handler. A range of the primary key; reads only. */
export const findCheckpoints = statement<readonly [job: string], CheckpointRow>(
  'find-checkpoints',
  ({ schema }) => `
select c.place, c.kind, c.name, c.result, date_part('epoch', c.due_at - ${schema}.clock()) * 1000 as "leftMs"
from ${schema}.checkpoint c where c.job_id = $1::uuid order by c.place`,
);

export interface CheckpointRow {
  readonly place: number;
  /** `timeout`: a signal that did not come in time. */
  readonly kind: 'step' | 'sleep' | 'signal' | 'timeout';
  readonly name: string;
  /** Of a signal that has not come, null. */
  readonly result: unknown;
  /** Until a sleep or a wait is over; not above 0 if it is. Null for steps. */
  readonly leftMs: number | null;
}
