/** Bounds of what is stored, in TypeScript and in the CHECKs of the tables alike. Bytes are of UTF-8 JSON text. */
export const LIMITS = {
  payloadBytes: 256 * 1024,
  resultBytes: 1024 * 1024,
  /** Jobs in one `enqueueMany`; more are split into statements of this size within one transaction. */
  enqueueBatch: 1_000,
  tags: 20,
  tagLength: 100,
  keyLength: 1_000,
  nameLength: 63,
  delayMs: 366 * 86_400_000,
  /** Timers of Node count milliseconds in 31 bits; a longer one fires at once. */
  timeoutMs: 2 ** 31 - 1,
  keepMs: 36_525 * 86_400_000,
  maxAttempts: 1_000,
  concurrency: 10_000,
  progressMessage: 1_000,
  payloadVersion: 32_767,
} as const;

/** Priorities run from 0 (first) to 9 (last). Ten of them, because a claim probes each one of a queue. */
export const PRIORITY = { first: 0, default: 5, last: 9 } as const;

/** 0 is claimed before 1, 9 last. */
export type Priority = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

const NAME = /^[a-z][a-z0-9_.:-]*$/;

/** Names of jobs, queues, pipelines and steps: lower case, at most 63 characters. */
export function isName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= LIMITS.nameLength && NAME.test(name);
}
