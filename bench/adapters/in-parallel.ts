const CALLERS = 16;

/** For systems that have no call for many: sixteen callers share the items. */
export async function inParallel<T>(items: readonly T[], call: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  const caller = async (): Promise<void> => {
    for (const item of left) await call(item);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}
