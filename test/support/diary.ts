import pg from 'pg';

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

/**
 * What handlers of a worker process write down about themselves, on a connection of its own: it neither waits for those of
 * the worker nor is lost with them, and what it says stays when a job's transaction is rolled back. What is said while
 * one statement is on its way is written by the next.
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
      await this.#pool.query(WRITE.replaceAll('$s', this.schema), values).then(
        () => entries.forEach(({ written }) => written()),
        (error: unknown) => entries.forEach(({ failed }) => failed(error)),
      );
    }
    this.#writing = false;
  }
}
