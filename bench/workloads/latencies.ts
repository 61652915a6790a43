import { percentile } from '../judge/statistics.js';
import type { Measured } from './workload.js';

/** The percentiles that are reported, in milliseconds. */
export function latencies(milliseconds: readonly number[]): Measured {
  return {
    'p50 ms': percentile(milliseconds, 0.5),
    'p95 ms': percentile(milliseconds, 0.95),
    'p99 ms': percentile(milliseconds, 0.99),
  };
}
