import type { NewJob } from '../../src/engine/new-job.js';
import { idOf } from './million.js';

/** A job as it is enqueued; every second is for later. */
export function newJob(n: number): NewJob {
  return {
    id: idOf('fresh', n),
    name: 'send-mail',
    queue: 'default',
    priority: 5,
    payload: '{"to": "someone"}',
    payloadVersion: null,
    maxAttempts: 3,
    timeoutMs: null,
    keepMs: null,
    lockKey: null,
    tags: [],
    delayMs: n % 2 === 0 ? 60_000 : null,
    runAt: null,
    meta: null,
    owner: null,
    tenant: '',
    run: null,
    unique: null,
  };
}
