/** In the order in which PostgreSQL sorts UUIDs: statements find by it what belongs to a run. */
export function byRunId<T extends { readonly runId: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.runId < b.runId ? -1 : 1));
}
