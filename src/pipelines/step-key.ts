/** Names a step of a run, in maps of this process. Names hold no space. */
export function stepKey({ runId, step }: { readonly runId: string; readonly step: string }): string {
  return `${runId} ${step}`;
}
