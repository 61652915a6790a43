/** Whether a row of `worker` holds its lease: what it has claimed is its own. */
export const holdsLease = (schema: string, alias: string): string => `${leaseEnd(alias)} > ${schema}.clock()`;

/** Whether its lease has run out: what it has claimed is anybody's. */
export const lostLease = (schema: string, alias: string): string => `${leaseEnd(alias)} < ${schema}.clock()`;

const leaseEnd = (alias: string): string => `${alias}.heartbeat_at + ${alias}.lease_ms * interval '1 millisecond'`;
