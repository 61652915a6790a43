import { beforeAll, beforeEach } from '@jest/globals';
import type { JobState } from '../../src/core/job-state.js';
import { Partitions } from '../../src/scheduler/partitions.js';
import type { Rowlock } from './rowlock.js';

/** One transition of one job, as the triggers of `Audit` saw it. */
export interface Transition {
  /** Of two transitions of which one waited for the other's commit, the later has the greater. */
  readonly seq: number;
  readonly jobId: string;
  /** Null if the job was made, or removed, by it. */
  readonly from: JobState | null;
  readonly to: JobState | null;
  readonly attemptBefore: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** The fencing token before and after: of the claim that ends, of the claim that begins. */
  readonly tokenBefore: string | null;
  readonly token: string | null;
  /** The token that the handler has put into its answer: who really ended the attempt. Null if it said none. */
  readonly answeredBy: string | null;
  readonly lockKey: string | null;
  readonly uniqueKey: string | null;
  /** Whose claim begins. */
  readonly workerId: string | null;
  /** Epoch milliseconds, by the clock of the database. */
  readonly at: number;
}

/** That a handler was at work: from its first statement to its last. */
export interface Visit {
  readonly jobId: string;
  readonly token: string;
  readonly lockKey: string | null;
  readonly enteredAt: number;
  /** Null if its process died. */
  readonly leftAt: number | null;
}

/** That a holder of a lock of `Locks` was at work under it. */
export interface Section {
  readonly key: string;
  readonly token: string;
  readonly enteredAt: number;
  /** Null if it died, or lost the database. */
  readonly leftAt: number | null;
  /** Whether it was told that it had held the lock all the time. */
  readonly confirmed: boolean;
}

/**
 * A job's row changes its table, or stays and changes: in either case it leaves a state, and enters one. Steps of runs are
 * left out: the statement that ends one may begin the next, which is then never seen to wait.
 */
const TRIGGER = `
create function $s.record_step() returns trigger language plpgsql as $$
declare
  step $s.step;
  answer text;
begin
  if coalesce(old.run_id, new.run_id) is not null then return null; end if;
  if tg_op <> 'INSERT' then
    step.attempt_before := old.attempt;
    if tg_table_name = 'job' then
      step.left_state := case when old.token is null then 'available' else 'running' end;
      step.token_before := old.token;
    else
      step.left_state := old.state;
    end if;
    step.job_id := old.id; step.max_attempts := old.max_attempts; step.lock_key := old.lock_key; step.unique_key := old.unique_key;
  end if;
  if tg_op <> 'DELETE' then
    step.attempt := new.attempt;
    if tg_table_name = 'job' then
      step.new_state := case when new.token is null then 'available' else 'running' end;
      step.token := new.token; step.worker_id := new.worker_id;
    else
      step.new_state := new.state;
      answer := case new.state when 'scheduled' then new.meta ->> 'snoozeReason' when 'retryable' then new.errors -> -1 ->> 'message'
        when 'completed' then to_jsonb(new) -> 'result' ->> 'token' when 'pending' then null else to_jsonb(new) ->> 'reason' end;
      step.answered_by := substring(answer from '(?:^|token )(\\d+)$');
    end if;
    step.job_id := new.id; step.max_attempts := new.max_attempts; step.lock_key := new.lock_key; step.unique_key := new.unique_key;
  end if;
  step.seq := nextval('$s.step_seq'); step.tx := pg_current_xact_id(); step.at := clock_timestamp();
  insert into $s.step values (step.*);
  return null;
end $$`;

/** @param table how they are made */
const tables = (table: 'table' | 'unlogged table'): string => `
create sequence $s.step_seq;
create ${table} $s.step (
  seq bigint not null, tx xid8 not null, at timestamptz not null, job_id uuid not null, left_state text, new_state text,
  attempt_before int, attempt int, max_attempts int not null, token_before bigint, token bigint, answered_by bigint,
  lock_key text, unique_key text, worker_id uuid
);
create ${table} $s.visit (
  job_id uuid, token bigint, lock_key text, entered_at timestamptz not null default clock_timestamp(),
  left_at timestamptz, primary key (job_id, token)
);
create ${table} $s.section (
  key text, token bigint, entered_at timestamptz not null default clock_timestamp(), left_at timestamptz,
  confirmed boolean not null default false, primary key (key, token)
);
create table $s.ledger (job_id uuid not null, token bigint not null)`;

/**
 * Keeps, by triggers, a history of all that happens to jobs, to which nothing but they can write; and has tables for what
 * handlers say of themselves: `visit` and `ledger`. Day partitions must be there before: making one moves rows.
 */
export class Audit {
  constructor(private readonly rowlock: Rowlock) {}

  /** @param survivesCrashes whether it is kept when the server crashes, which costs some time; default false */
  async install({ survivesCrashes = false } = {}): Promise<void> {
    const { rowlock } = this;
    const statements = tables(survivesCrashes ? 'table' : 'unlogged table').split(';');
    for (const statement of [...statements, TRIGGER]) await rowlock.query(statement);
    const changed = {
      job: 'old.token is distinct from new.token',
      job_waiting: 'old.state is distinct from new.state',
    };
    for (const [table, when] of Object.entries(changed)) {
      await rowlock.query(
        `create trigger step_change after update on $s.${table} for each row when (${when}) execute function $s.record_step()`,
      );
    }
    for (const table of ['job', 'job_waiting', 'job_history']) {
      await rowlock.query(
        `create trigger step_move after insert or delete on $s.${table} for each row execute function $s.record_step()`,
      );
    }
  }

  /** Begins anew. */
  async forget(): Promise<void> {
    await this.rowlock.query('truncate $s.step, $s.visit, $s.section, $s.ledger');
  }

  /** Everything that has happened, in its order. A row that moved to another table left and entered in one transaction. */
  async transitions(): Promise<readonly Transition[]> {
    return this.rowlock.query<Transition>(`
      select min(seq)::float8 as seq, job_id as "jobId", max(left_state) as "from", max(new_state) as "to",
        coalesce(max(attempt_before), 0) as "attemptBefore", coalesce(max(attempt), 0) as attempt, max(max_attempts) as "maxAttempts",
        max(token_before) filter (where left_state = 'running')::text as "tokenBefore", max(token)::text as token,
        max(answered_by)::text as "answeredBy",
        max(lock_key) as "lockKey", max(unique_key) as "uniqueKey", max(worker_id::text) as "workerId", (extract(epoch from min(at)) * 1000)::float8 as at
      from (
        select *, count(new_state) over steps as entered, count(left_state) over steps as left_states from $s.step
        window steps as (partition by tx, job_id order by seq rows between unbounded preceding and current row)
      ) s group by tx, job_id, greatest(entered, left_states) order by 1`);
  }

  async visits(): Promise<readonly Visit[]> {
    return this.rowlock.query<Visit>(`
      select job_id as "jobId", token::text as token, lock_key as "lockKey",
        (extract(epoch from entered_at) * 1000)::float8 as "enteredAt", (extract(epoch from left_at) * 1000)::float8 as "leftAt"
      from $s.visit order by entered_at`);
  }

  /** What withLock has let in, by key and token. */
  async sections(): Promise<readonly Section[]> {
    return this.rowlock.query<Section>(`
      select key, token::text as token, confirmed,
        (extract(epoch from entered_at) * 1000)::float8 as "enteredAt", (extract(epoch from left_at) * 1000)::float8 as "leftAt"
      from $s.section order by key, token`);
  }

  /** What is left, by table, when everything is over and every worker has gone. */
  async remains(): Promise<Readonly<Record<string, number>>> {
    const tables = ['job', 'job_waiting', 'claim', 'lock', 'unique_key', 'worker'];
    const [row] = await this.rowlock.query<Record<string, number>>(
      `select ${tables.map((table) => `(select count(*)::int from $s.${table}) as ${table}`).join(', ')}`,
    );
    return row ?? {};
  }

  /**
   * Jobs of that name of which the ledger is wrong: it has one row for each that is completed, by the attempt that
   * completed it, and none for others.
   */
  async ledgerViolations(name: string): Promise<readonly string[]> {
    const rows = await this.rowlock.query<{ violation: string }>(
      `select format('job %s is %s and has ledger rows of tokens %s', h.id, h.state, coalesce(string_agg(l.token::text, ', '), 'none')) as violation
       from $s.jobs h left join $s.ledger l on l.job_id = h.id
       where h.name = $1 group by h.id, h.state
       having count(l.job_id) <> (h.state = 'completed')::int or not bool_and(l.token = h.token)
       union all
       select format('the ledger has job %s, which is not there', l.job_id) from $s.ledger l
       where not exists (select from $s.jobs j where j.id = l.job_id and j.name = $1)`,
      [name],
    );
    return rows.map(({ violation }) => violation);
  }
}

/** An audit of each test of a file. To be called after `useRowlock`. */
export function useAudit(rowlock: Rowlock, options: Parameters<Audit['install']>[0] = {}): Audit {
  const audit = new Audit(rowlock);
  beforeAll(async () => {
    await new Partitions(rowlock.database).ensure();
    await audit.install(options);
  });
  beforeEach(() => audit.forget());
  return audit;
}
