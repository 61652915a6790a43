import pg from 'pg';

/**
 * What handlers of a worker process write down about themselves, on connections of its own: it neither waits for those of
 * the worker nor is lost with them, and what it says stays when a job's transaction is rolled back.
 */
export class Diary {
  #pool: pg.Pool | null = null;

  constructor(
    private readonly url: string,
    readonly schema: string,
  ) {}

  /** The name of its sessions. */
  static sessionName(schema: string): string {
    return `${schema}_diary`;
  }

  /** An attempt's handler begins. */
  async enter(jobId: string, token: string, lockKey: string | null): Promise<void> {
    await this.#write('insert into $s.visit (job_id, token, lock_key) values ($1, $2, $3)', [jobId, token, lockKey]);
  }

  /** It touches nothing any more. */
  async leave(jobId: string, token: string): Promise<void> {
    await this.#write('update $s.visit set left_at = clock_timestamp() where job_id = $1 and token = $2', [
      jobId,
      token,
    ]);
  }

  async close(): Promise<void> {
    await this.#pool?.end();
  }

  async #write(sql: string, values: readonly unknown[]): Promise<void> {
    this.#pool ??= new pg.Pool({
      connectionString: this.url,
      max: 2,
      application_name: Diary.sessionName(this.schema),
    });
    await this.#pool.query(sql.replaceAll('$s', this.schema), [...values]);
  }
}
