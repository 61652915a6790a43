import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { sqlFailure } from '../../src/repositories/sql-errors.js';

interface Entry {
  readonly jobId: string;
  readonly token: string;
  readonly lockKey: string | null;
  readonly leaves: boolean;
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}

const WRITE = `
with gone as (
  update $s.visit v set left_at = clock_timestamp() from unnest($1::uuid[], $2::bigint[]) as g(job_id, token)
  where v.job_id = g.job_id and v.token = g.token
)
insert into $s.visit (job_id, token, lock_key) select * from unnest($3::uuid[], $4::bigint[], $5::text[])`;

/** What is written again after the connection was lost may have been written before. */
const UNLESS_WRITTEN = ' on conflict do nothing';
const RETRY_MS = 50;

/**
 * What handlers of a worker process write down about themselves, on a connection of its own: it neither waits for those of
 * the worker nor is lost with them, and what it says stays when a job's transaction is rolled back. What is said while
 * one statement is on its way is written by the next. A database that is away is waited for.
 */
export class Diary {
  readonly #pool: pg.Pool;
  #entries: Entry[] = [];
  #writing = false;

  constructor(
    url: string,
    readonly schema: string,
  ) {
    this.#pool = new pg.Pool({ connectionString: url, max: 1, application_name: Diary.sessionName(schema) });
    // An idle connection that ends is replaced when it is needed.
    this.#pool.on('error', () => undefined);
  }

  /** The name of its sessions. */
  static sessionName(schema: string): string {
    return `${schema}_diary`;
  }

  /** An attempt's handler begins; it must wait for this. */
  enter(jobId: string, token: string, lockKey: string | null): Promise<void> {
    return this.#add({ jobId, token, lockKey, leaves: false });
  }

  /** It touches nothing any more. */
  leave(jobId: string, token: string): Promise<void> {
    return this.#add({ jobId, token, lockKey: null, leaves: true });
  }

  /** A holder of a lock begins. */
  enterSection(key: string, token: string): Promise<void> {
    return this.#send('insert into $s.section (key, token) values ($1, $2)', [key, token]);
  }

  /** It touches nothing any more; whether it held the lock until now, it does not know yet. */
  leaveSection(key: string, token: string): Promise<void> {
    return this.#send('update $s.section set left_at = clock_timestamp() where key = $1 and token = $2', [key, token]);
  }

  /** It was told that it did. */
  confirmSection(key: string, token: string): Promise<void> {
    return this.#send('update $s.section set confirmed = true where key = $1 and token = $2', [key, token]);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  #add(entry: Omit<Entry, 'written' | 'failed'>): Promise<void> {
    return new Promise((written, failed) => {
      this.#entries.push({ ...entry, written, failed });
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#entries.length > 0) {
      const entries = this.#entries.splice(0);
      const [gone, come] = [entries.filter(({ leaves }) => leaves), entries.filter(({ leaves }) => !leaves)];
      const values = [
        ...[gone, come].flatMap((each) => [each.map(({ jobId }) => jobId), each.map(({ token }) => token)]),
        come.map(({ lockKey }) => lockKey),
      ];
      await this.#send(WRITE, values).then(
        () => entries.forEach(({ written }) => written()),
        (error: unknown) => entries.forEach(({ failed }) => failed(error)),
      );
    }
    this.#writing = false;
  }

  async #send(sql: string, values: unknown[]): Promise<void> {
    const text = sql.replaceAll('$s', this.schema);
    for (let again = ''; ; again = text.includes('insert') ? UNLESS_WRITTEN : '') {
      try {
        return void (await this.#pool.query(text + again, values));
      } catch (error) {
        if (sqlFailure(error) !== 'connection') throw error;
        await delay(RETRY_MS);
      }
    }
  }
}
