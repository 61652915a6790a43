import { EnqueueBatcher } from '../../src/client/enqueue-batcher.js';
import { JobOperations } from '../../src/client/job-operations.js';
import { JobWriter } from '../../src/client/job-writer.js';
import { Locks } from '../../src/client/locks.js';
import { Engine } from '../../src/engine/engine.js';
import type { RunListener } from '../../src/engine/run-listener.js';
import { Settler } from '../../src/engine/settler.js';
import type { Database } from '../../src/repositories/database.js';
import { retryConflicts } from '../../src/repositories/retry-conflicts.js';
import { runnerOf, type StatementRunner } from '../../src/repositories/session.js';
import { Rescuer } from '../../src/scheduler/rescuer.js';
import { Telemetry } from '../../src/telemetry/events.js';

/** Somebody who does things to a schema, as another process would: all parts of the engine over one database. */
export class Actor {
  readonly engine: Engine;
  readonly settler: Settler;
  readonly operations: JobOperations;
  readonly writer: JobWriter;
  readonly rescuer: Rescuer;
  readonly locks: Locks;

  constructor(
    readonly database: Database,
    runs: RunListener,
  ) {
    const telemetry = new Telemetry();
    this.engine = new Engine(database);
    this.settler = new Settler(this.engine, runs);
    this.operations = new JobOperations(database, this.engine, runs, telemetry);
    this.writer = new JobWriter({ database, engine: this.engine, batcher: new EnqueueBatcher(this.engine, database) });
    this.rescuer = new Rescuer(this.engine, database, runs, telemetry, 1_000);
    this.locks = new Locks(database, this.engine);
  }

  /** What a loop does in one transaction, which it begins anew when it was in another's way. */
  transaction<T>(work: (tx: StatementRunner) => Promise<T>): Promise<T> {
    return retryConflicts(() => this.database.transaction((manager) => work(runnerOf(this.database, manager))));
  }
}
