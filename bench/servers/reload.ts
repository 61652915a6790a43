import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

/** Sessions look at their settings between two statements. */
const NOTICED_MS = 100;

/** Lets all sessions see what `alter system` has set. */
export async function reload(admin: pg.Client): Promise<void> {
  await admin.query('select pg_reload_conf()');
  await delay(NOTICED_MS);
}
