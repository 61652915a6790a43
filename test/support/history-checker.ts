import type { JobState } from '../../src/core/job-state.js';
import { isFinal, TRANSITIONS } from '../../src/core/job-state.js';
import type { Section, Transition, Visit } from './audit.js';

/** All that the checks below find. `transitions` in their order. */
export function checkAll(transitions: readonly Transition[], visits: readonly Visit[]): readonly string[] {
  return [
    ...checkHistories(transitions),
    ...checkLockKeys(transitions),
    ...checkUniqueKeys(transitions),
    ...checkVisits(visits, transitions),
  ];
}

/** What is wrong with the histories of all jobs, one line each; none if they are legal. `transitions` in their order. */
export function checkHistories(transitions: readonly Transition[]): readonly string[] {
  const violations: string[] = [];
  for (const [id, steps] of groupBy(transitions, ({ jobId }) => jobId)) {
    for (const violation of checkHistory(steps)) violations.push(`job ${id}: ${violation}`);
  }
  return violations;
}

/** What is wrong with the life of one job. */
function checkHistory(steps: readonly Transition[]): readonly string[] {
  const violations: string[] = [];
  let state: JobState | null = null;
  let attempt = 0;
  let token = 0n;
  for (const step of steps) {
    const name = `${step.from ?? 'nothing'} → ${step.to ?? 'nothing'}`;
    const wrong = (problem: string): void => void violations.push(`${name} (${step.seq}): ${problem}`);
    if (step.from !== state) wrong(`the job was ${state ?? 'not there'}`);
    if (!isLegal(step)) wrong('no verb leads there');
    if (step.attemptBefore !== attempt) wrong(`attempt was ${attempt}, and is ${step.attemptBefore} before it`);
    if (!attemptsAfter(step).includes(step.attempt))
      wrong(`attempt ${step.attemptBefore} of ${step.maxAttempts} has become ${step.attempt}`);
    if (step.from === 'running') {
      if (BigInt(step.tokenBefore ?? 0) !== token) wrong(`it ends token ${step.tokenBefore}, the newest is ${token}`);
      if (step.answeredBy !== null && BigInt(step.answeredBy) !== token)
        wrong(`the answer is of token ${step.answeredBy}, the newest is ${token}`);
    }
    if (step.to === 'running') {
      if (BigInt(step.token ?? 0) <= token) wrong(`its token ${step.token} is not above ${token}`);
      token = BigInt(step.token ?? 0);
    }
    state = step.to;
    attempt = step.attempt;
  }
  return violations;
}

function isLegal(step: Transition): boolean {
  const ends = (states: readonly JobState[], state: JobState | null): boolean =>
    state === null ? states.length === 0 : states.includes(state);
  return Object.values(TRANSITIONS).some(({ from, to }) => ends(from, step.from) && ends(to, step.to));
}

/** The attempt is counted by the claim; given back by a snooze and by a shutdown, and by nothing else. */
function attemptsAfter({ from, to, attemptBefore, maxAttempts }: Transition): readonly number[] {
  if (from === null || to === null) return [0];
  if (isFinal(from)) return [0];
  if (to === 'running') return attemptBefore <= maxAttempts ? [attemptBefore + 1] : [];
  if (from !== 'running') return [attemptBefore];
  switch (to) {
    case 'available':
      return [attemptBefore, Math.max(attemptBefore - 1, 0)];
    case 'scheduled':
      return [Math.max(attemptBefore - 1, 0)];
    case 'retryable':
      return attemptBefore < maxAttempts ? [attemptBefore] : [];
    case 'completed':
      return attemptBefore <= maxAttempts ? [attemptBefore] : [];
    case 'cancelled':
    case 'discarded':
    case 'pending':
      return [Math.min(attemptBefore, maxAttempts)];
  }
}

/** How often a job became final that was not brought back: of each job that is over, once. */
export function finalStates(transitions: readonly Transition[]): ReadonlyMap<string, readonly JobState[]> {
  const finals = new Map<string, JobState[]>();
  for (const { jobId, to } of transitions) {
    if (to !== null && isFinal(to)) finals.set(jobId, [...(finals.get(jobId) ?? []), to]);
  }
  return finals;
}

/** Keys that two attempts held at once: from the claim to whatever ended it, in the order of the database. */
export function checkLockKeys(transitions: readonly Transition[]): readonly string[] {
  const violations: string[] = [];
  const holders = new Map<string, string>();
  for (const { jobId, lockKey, from, to } of transitions) {
    if (lockKey === null) continue;
    const holder = holders.get(lockKey);
    if (from === 'running' && holder === jobId) holders.delete(lockKey);
    if (to !== 'running') continue;
    if (holder !== undefined && holder !== jobId)
      violations.push(`lock ${lockKey}: job ${jobId} began while job ${holder} held it`);
    holders.set(lockKey, jobId);
  }
  return violations;
}

/** Unique keys that two unfinished jobs had at once. */
export function checkUniqueKeys(transitions: readonly Transition[]): readonly string[] {
  const violations: string[] = [];
  const holders = new Map<string, string>();
  for (const { jobId, uniqueKey, from, to } of transitions) {
    if (uniqueKey === null) continue;
    const holder = holders.get(uniqueKey);
    if ((from === null || isFinal(from)) && holder)
      violations.push(`unique key ${uniqueKey}: job ${jobId} came while ${holder} had it`);
    if (to === null || isFinal(to)) holders.delete(uniqueKey);
    else holders.set(uniqueKey, jobId);
  }
  return violations;
}

/**
 * Handlers that were at work at once, of one job or under one lock key, by what they wrote themselves. Of an attempt that
 * was taken from its worker only the time before counts: a dead handler never leaves, and what a late one does is fenced.
 */
export function checkVisits(visits: readonly Visit[], transitions: readonly Transition[]): readonly string[] {
  const ends = new Map(transitions.map((step) => [`${step.jobId} ${step.tokenBefore}`, step]));
  const takenAt = ({ jobId, token }: Visit): number => {
    const end = ends.get(`${jobId} ${token}`);
    return end && (isRescue(end) || end.to === 'cancelled') ? end.at : Infinity;
  };
  const rightful = visits.filter((visit) => visit.enteredAt < takenAt(visit));
  const keyed = rightful.filter(({ lockKey }) => lockKey !== null);
  const violations: string[] = [];
  const check = (group: readonly Visit[], name: string): void => {
    const sorted = group.toSorted((left, right) => left.enteredAt - right.enteredAt);
    sorted.slice(1).forEach((next, index) => {
      const visit = sorted[index] as Visit;
      if (next.enteredAt < Math.min(visit.leftAt ?? Infinity, takenAt(visit)))
        violations.push(`${name}: token ${next.token} entered before token ${visit.token} was done`);
      if (BigInt(next.token) <= BigInt(visit.token))
        violations.push(`${name}: token ${next.token} entered after token ${visit.token}`);
    });
  };
  groupBy(rightful, ({ jobId }) => `job ${jobId}`).forEach(check);
  groupBy(keyed, ({ lockKey }) => `lock ${lockKey}`).forEach(check);
  return violations;
}

/**
 * Holders of a lock of `Locks` that were at work at once, of those that were told that they had held it all the time; and
 * any that came after one with a larger token, and was told so.
 */
export function checkSections(sections: readonly Section[]): readonly string[] {
  const confirmed = sections.filter(({ confirmed }) => confirmed);
  return [...groupBy(confirmed, ({ key }) => key)].flatMap(([key, group]) => {
    const sorted = group.toSorted((left, right) => (BigInt(left.token) < BigInt(right.token) ? -1 : 1));
    return sorted.slice(1).flatMap((next, index) => {
      const before = sorted[index] as Section;
      if (next.enteredAt >= (before.leftAt ?? Infinity)) return [];
      return [
        `lock ${key}: token ${next.token} entered before token ${before.token} had left, which was told that it held it`,
      ];
    });
  });
}

/** Whether an attempt was taken from a worker that died or lost its lease; a shutdown gives the attempt back. */
export function isRescue({ from, to, attempt, attemptBefore }: Transition): boolean {
  return from === 'running' && to === 'available' && attempt === attemptBefore;
}

/** Attempts that had begun before they were rescued: their jobs ran again. */
export function repeatedVisits(visits: readonly Visit[], transitions: readonly Transition[]): readonly Visit[] {
  const rescued = new Set(transitions.filter(isRescue).map(({ jobId, tokenBefore }) => `${jobId} ${tokenBefore}`));
  return visits.filter(({ jobId, token }) => rescued.has(`${jobId} ${token}`));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
