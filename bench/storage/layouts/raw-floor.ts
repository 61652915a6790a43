import type { ClaimRequest, FinishBatch, JobDraft, Query } from '../layout.js';

/** What the same machine does with the least SQL that is still a queue: no history, no fence, no priorities. */
export class RawFloor {
  readonly name = 'raw floor';
  readonly schema = 'raw_floor';

  define(): string {
    return `create table job (id uuid primary key, seq bigint generated always as identity, payload jsonb not null, locked boolean)
        with (fillfactor = 50);
      create index job_claim on job (seq);`;
  }

  enqueue(jobs: readonly JobDraft[]): Query {
    return {
      name: 'enqueue',
      text: `insert into job (id, payload) select id, payload::jsonb from unnest($1::uuid[], $2::text[]) d (id, payload)`,
      values: [jobs.map((job) => job.id), jobs.map((job) => job.payload)],
    };
  }

  claim(request: ClaimRequest): Query {
    return {
      name: 'claim',
      text: `update job set locked = true where id = any(array(
          select id from job where locked is null order by seq limit $1 for update skip locked))
        returning id, 0::bigint as token, 0 as priority, seq, 'noop' as name, payload, 1 as attempt`,
      values: [request.limit],
    };
  }

  finish(batch: FinishBatch): Query {
    return { name: 'finish', text: `delete from job where id = any($1::uuid[])`, values: [batch.ids] };
  }
}
