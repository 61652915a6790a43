import type { Model } from './model.js';
import type { Row, State } from './state.js';

/** What the tables should hold, in the form in which `readState` says what they hold. */
export function stateOfModel(model: Model): State {
  const rows = (items: Iterable<object>, name: (row: Row) => string): Map<string, Row> =>
    new Map([...items].map((item) => [name({ ...item }), { ...item }]));
  return {
    job: rows(model.jobs.values(), ({ id }) => String(id)),
    lock: rows(model.locks.values(), ({ key }) => String(key)),
    uniqueKey: rows(
      model.uniqueKeys.values(),
      ({ tenant, name, key }) => `${String(tenant)}/${String(name)}/${String(key)}`,
    ),
    claim: rows(
      [...model.claims.values()].map((claim) => ({ ...claim, jobs: claim.jobs.toSorted() })),
      ({ token }) => `of token ${String(token)}`,
    ),
    worker: rows(model.workers.values(), ({ id }) => String(id)),
    checkpoint: rows(model.checkpoints.values(), ({ job, place }) => `${String(job)} at ${String(place)}`),
    signal: rows(model.signals.values(), ({ id }) => String(id)),
    run: rows(model.runs.values(), ({ id }) => String(id)),
    step: rows(model.steps.values(), ({ run, step }) => `${String(run)}.${String(step)}`),
    ledger: rows(model.ledger, ({ job, token }) => `${String(job)} by token ${String(token)}`),
  };
}
