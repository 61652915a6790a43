import type { Telemetry } from '../telemetry/events.js';
import type { Ending } from './ending.js';
import type { Settlement } from './settler.js';

/** Tells how attempts ended, once that is committed. */
export function emitEndings(telemetry: Telemetry, { accepted, lost }: Pick<Settlement, 'accepted' | 'lost'>): void {
  for (const ending of accepted) emitEnding(telemetry, ending);
  for (const { attempt } of lost) telemetry.emit('job.lost', attempt.attemptFacts());
}

function emitEnding(telemetry: Telemetry, { attempt, outcome }: Ending): void {
  const name = `job.${outcome.verb}` as const;
  if (!telemetry.wants(name)) return;
  const facts = attempt.attemptFacts();
  switch (outcome.verb) {
    case 'complete':
      return telemetry.emit('job.complete', facts);
    case 'retry':
      return telemetry.emit('job.retry', { ...facts, error: outcome.error, delayMs: outcome.delayMs });
    case 'snooze':
      return telemetry.emit('job.snooze', { ...facts, delayMs: outcome.delayMs, reason: outcome.reason });
    case 'interrupt':
      return telemetry.emit('job.interrupt', facts);
    case 'discard':
      return telemetry.emit('job.discard', { ...facts, error: outcome.error });
    case 'cancel':
      return telemetry.emit('job.cancel', { ...facts, reason: outcome.reason });
  }
}
