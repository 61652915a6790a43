import { DEFAULT_KEEP_MS } from './job-columns.js';

/** What an update that ends runs sets beside their state: since when, and until when retention keeps them. */
export function runIsOver(schema: string): string {
  return `finished_at = ${schema}.clock(), prune_at = ${schema}.clock() + ${DEFAULT_KEEP_MS} * interval '1 millisecond'`;
}
