import type { Rowlock } from './rowlock.js';

/**
 * A schema's clock that stands still unless a test moves it, so that times can be foretold to the millisecond. It is a row,
 * and not another function, so that moving it leaves the plans of prepared statements as they are.
 */
export class StoppedClock {
  /** Where it stands at first, in epoch milliseconds. */
  readonly epoch = Date.parse('2030-01-01T00:00:00Z');

  constructor(private readonly rowlock: Rowlock) {}

  async install(): Promise<void> {
    const { rowlock } = this;
    await rowlock.query('create table $s.stopped_clock (at timestamptz not null)');
    await rowlock.query('insert into $s.stopped_clock values ($1)', [this.dateOf(0)]);
    await rowlock.query(
      `create or replace function $s.clock() returns timestamptz language sql stable parallel safe
       as $$ select at from $s.stopped_clock $$`,
    );
  }

  /** @param moment milliseconds since the epoch of this clock */
  async set(moment: number): Promise<void> {
    await this.rowlock.query('update $s.stopped_clock set at = $1', [this.dateOf(moment)]);
  }

  dateOf(moment: number): Date {
    return new Date(this.epoch + moment);
  }
}
