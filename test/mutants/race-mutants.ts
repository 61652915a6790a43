import type { Mutant } from './mutant.js';

const race = (name: string, file: string, find: string, replace: string, killedBy: string): Mutant => ({
  name,
  file: `src/repositories/sql/${file}.ts`,
  find,
  replace,
  killedBy: `test/${killedBy}.test.ts`,
});

const scene = (name: string, file: string, find: string, replace: string, only: string): Mutant => ({
  ...race(name, file, find, replace, 'races/races'),
  only,
});

/** Locks that are not taken, or waited for. The model does one thing at a time: scenarios with two sessions notice these. */
export const raceMutants: readonly Mutant[] = [
  race('two-claims-take-one-job', 'claim-jobs', 'limit s.room for update skip locked', 'limit s.room', 'engine/verbs/claim'),
  race('claim-waits-for-another', 'claim-jobs', 'limit s.room for update skip locked', 'limit s.room for update', 'engine/verbs/claim'),
  race('token-is-drawn-before-the-wait', 'claim-jobs', ' and (select count(*) from held) >= 0', '', 'engine/verbs/park'),
  race('finish-overlooks-a-parked-job', 'hold-lock-keys', ' order by l.key for update', ' order by l.key', 'engine/verbs/park'),
  race('rescue-disregards-a-heartbeat', 'rescue-jobs', 'order by w.id for no key update skip locked', 'order by w.id', 'engine/verbs/rescue'),
  race('rescue-waits-for-a-finish', 'rescue-jobs', '    for update skip locked\n  ) j', '    for update\n  ) j', 'engine/verbs/rescue'),
  race('promotion-waits-for-a-cancel', 'promote-jobs', 'limit $1 for update skip locked', 'limit $1 for update', 'engine/verbs/promote'),
  race('release-waits-for-a-cancel', 'pass-lock-keys', 'order by w.seq limit 1 for update skip locked', 'order by w.seq limit 1 for update', 'engine/verbs/release'),
  race('refused-producer-lets-its-holder-be-promoted', 'find-unique-holders', 'order by w.id for ${strength}', 'order by w.id', 'engine/verbs/enqueue'),
  scene('cancel-does-not-hold-its-job', 'cancel-jobs', "where j.id = ${anyOf(1, 'uuid')} order by j.id for update", "where j.id = ${anyOf(1, 'uuid')}", 'a job that is available'),
  scene('reschedule-does-not-hold-its-job', 'reschedule-jobs', "where j.id = ${anyOf(1, 'uuid')} order by j.id for update", "where j.id = ${anyOf(1, 'uuid')}", 'a job that is available'),
  scene('redrives-bring-one-job-back-twice', 'redrive-jobs', 'order by h.id for update skip locked', 'order by h.id', 'a finished job'),
  scene('refused-producer-lets-its-holder-start', 'find-unique-holders', "order by j.id for ${strength}", 'order by j.id', 'a job that is available'),
  scene('stranded-key-is-passed-on-unasked', 'claim-stranded-keys', ' where l.expires_at <= ${schema}.clock()\n', '\n', 'a lock whose lease has run out'),
]; // prettier-ignore
