import { MODEL, type Mutant } from './mutant.js';

const mutant = (name: string, file: string, find: string, replace: string): Mutant => ({
  name,
  file: `src/${file}.ts`,
  find,
  replace,
  killedBy: MODEL,
  mix: 'checkpoints and signals',
});
const sql = (name: string, file: string, find: string, replace: string): Mutant =>
  mutant(name, `repositories/sql/${file}`, find, replace);

/** Mistakes in what handlers record on the way, and in what is sent to them; each is noticed by the model. */
export const checkpointMutants: readonly Mutant[] = [
  sql('checkpoint-is-not-fenced', 'own-attempt', ' and j.token = $2::bigint', ' and $2::bigint is not null'),
  sql('signal-to-who-waits-is-refused', 'send-signal', ' union select w.id from ${schema}.job_waiting w where w.id = $1::uuid', ''),
  sql('signal-wakes-who-waits-for-another', 'wake-job', "w.meta ->> 'waitsFor' = $2", "w.meta ? 'waitsFor' and $2::text is not null"),
  sql('signal-wakes-nobody', 'wake-job', "w.state = 'scheduled'", "w.state = 'retryable'"),
  sql('signal-of-the-last-moment-is-missed', 'snooze-jobs', 'where s.job_id = g.id and', 'where s.job_id <> g.id and'),
  sql('newest-signal-is-taken-first', 'find-signal', 'order by s.id limit 1', 'order by s.id desc limit 1'),
  sql('timeout-is-not-remembered', 'expire-wait', "set kind = 'timeout'", "set kind = 'signal'"),
  sql('signals-outlive-their-job', 'delete-checkpoints', 'delete from ${schema}.signal s where', 'delete from ${schema}.signal s where false and'),
  sql('replacement-keeps-the-checkpoints', 'replace-job', 'c using replaced r where c.job_id = r.id', 'c using replaced r where c.job_id = r.id and c.place < 0'),
  sql('replacement-keeps-the-signals', 'replace-job', 's using replaced r where s.job_id = r.id', 's using replaced r where s.job_id = r.id and false'),
  sql('replacement-sleeps-on', 'replace-job', "or ${suspended(schema, 'w')}", ''),
  sql('replacement-still-waits-for-a-signal', 'replace-job', "w.meta - 'waitsFor'", 'w.meta'),
  sql('retention-takes-what-is-waited-with', 'prune-checkpoints', 'select from ${schema}.job_waiting w where w.id = s.job_id', 'select from ${schema}.job_waiting w where w.id = s.job_id and false'),
  sql('retention-takes-what-a-redrive-needs', 'prune-checkpoints', " and h.state = 'discarded'", " and h.state = 'running'"),
  mutant('dead-letter-begins-anew', 'engine/settler', "const isOver = ({ verb }: Outcome): boolean => verb === 'complete' ||", "const isOver = ({ verb }: Outcome): boolean => verb === 'discard' || verb === 'complete' ||"),
  mutant('suspended-attempt-completes', 'engine/executor', 'if (attempt.suspension) return', 'if (attempt.suspension?.delayMs === 0) return'),
  mutant('wait-is-over-before-it-looks', 'engine/checkpoints', 'const taken = await this.#take(place, name, payloadClass);', 'const taken = leftMs > 0 ? await this.#take(place, name, payloadClass) : null;'),
  mutant('sleep-is-begun-anew', 'engine/checkpoints', 'recorded?.leftMs ?? (await this.#save(place, \'sleep\'', '(recorded && 20_000) ?? (await this.#save(place, \'sleep\''),
]; // prettier-ignore
