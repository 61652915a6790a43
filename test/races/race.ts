import { setTimeout as delay } from 'node:timers/promises';
import { Actor } from './actor.js';
import type { Party } from './party.js';
import type { Ending } from './pausing-database.js';
import { PausingDatabase, RolledBack } from './pausing-database.js';
import type { Scene } from './scenes.js';
import type { Stage } from './stage.js';

/** What is left of a scene, and what its parties were told; null if they were not there, or rolled back. */
export interface Outcome {
  readonly state: unknown;
  readonly told: readonly unknown[];
}

const PATIENCE_MS = 20_000;

/** Plays scenes: one after the other, and at once. */
export class Theatre {
  readonly #serial = new Map<string, Promise<Outcome>>();
  readonly #points = new Map<string, Promise<readonly string[]>>();

  constructor(private readonly stage: Stage) {}

  /** What comes of it when each begins after the other has ended. Told are they in the order in which they are given. */
  inTurn(scene: Scene, ...parties: readonly Party[]): Promise<Outcome> {
    const key = [scene.name, ...parties.map(({ name }) => name)].join('\n');
    let outcome = this.#serial.get(key);
    if (!outcome) this.#serial.set(key, (outcome = this.#playInTurn(scene, parties)));
    return outcome;
  }

  /** The names of the statements of a party that acts alone: the points at which it can be stopped. */
  points(scene: Scene, party: Party): Promise<readonly string[]> {
    const key = `${scene.name}\n${party.name}`;
    let points = this.#points.get(key);
    if (!points) this.#points.set(key, (points = this.#findPoints(scene, party)));
    return points;
  }

  async #findPoints(scene: Scene, party: Party): Promise<readonly string[]> {
    const database = new PausingDatabase(this.stage.rowlock.database, null);
    await this.#prepare(scene);
    await party.act(new Actor(database, this.stage.runs), this.stage);
    return [...new Set(database.statements)];
  }

  /**
   * The first is stopped at its point, in the midst of its transaction. The second begins, and goes on until it has ended or
   * waits for the first, which then ends.
   */
  async atOnce(scene: Scene, first: Party, point: string, ending: Ending, second: Party): Promise<Outcome> {
    await this.#prepare(scene);
    const database = new PausingDatabase(this.stage.rowlock.database, point);
    const one = first.act(new Actor(database, this.stage.runs), this.stage).catch((error: unknown) => {
      if (error instanceof RolledBack) return null;
      throw error;
    });
    await this.#inTime(`${first.name} reaches ${point}`, Promise.race([database.reached, one]));
    const two = this.#act(second);
    await this.#endedOrBlocked(two);
    database.proceed(ending);
    const told = await this.#inTime(`${first.name} and ${second.name} end`, Promise.all([one, two]));
    return { state: await this.stage.state(), told };
  }

  /** What comes of it when these look as well, at what is there now. */
  async afterwards(...parties: readonly Party[]): Promise<unknown> {
    for (const party of parties) await this.#act(party);
    return this.stage.state();
  }

  async #playInTurn(scene: Scene, parties: readonly Party[]): Promise<Outcome> {
    await this.#prepare(scene);
    const told: unknown[] = [];
    for (const party of parties) told.push(await this.#act(party));
    return { state: await this.stage.state(), told };
  }

  #prepare({ name, prepare }: Scene): Promise<void> {
    return this.stage.set(name, () => prepare(this.stage));
  }

  #act(party: Party): Promise<unknown> {
    const database = new PausingDatabase(this.stage.rowlock.database, null);
    return party.act(new Actor(database, this.stage.runs), this.stage);
  }

  async #endedOrBlocked(party: Promise<unknown>): Promise<void> {
    let ended = false;
    const end = (): void => void (ended = true);
    void party.then(end, end);
    const sql = `select exists (select from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock') as waits`;
    const look = async (): Promise<void> => {
      while (!ended && !(await this.stage.rowlock.value<boolean>(sql, [this.stage.rowlock.schema]))) await delay(2);
    };
    await this.#inTime('the second has ended or waits', look());
  }

  async #inTime<T>(what: string, promise: Promise<T>): Promise<T> {
    const giveUp = new AbortController();
    const late = delay(PATIENCE_MS, undefined, { signal: giveUp.signal }).then(() => {
      throw new Error(`waited in vain until ${what}`);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      giveUp.abort();
      late.catch(() => undefined);
    }
  }
}
