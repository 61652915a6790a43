/** The curves, as `--only` takes them, in the order in which they are measured. */
export const CURVES = ['rows', 'history', 'workers', 'payload', 'keys', 'held', 'queues', 'idle', 'memory'] as const;
export type CurveName = (typeof CURVES)[number];
