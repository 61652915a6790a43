/** When a fault is tried. */
export type Tier =
  /** With every run of the tests. */
  | 'ci'
  /** By `npm run test:chaos`: it takes long, or needs programs that not every machine has. */
  | 'chaos'
  /** In the soak, among the others. */
  | 'soak'
  /** Not yet. */
  | 'open';

/** One way in which things go wrong. */
export interface Fault {
  /** Titles of the tests that try it begin with this. */
  readonly id: `F-${number}`;
  readonly fault: string;
  readonly tier: Tier;
  /** What must hold; of a fault that is open, why it is. */
  readonly holds: string;
  /** The files of its tests, under `test/`, without their endings. */
  readonly tests: readonly string[];
}

const fault = (id: Fault['id'], what: string, tier: Tier, holds: string, ...tests: readonly string[]): Fault => ({
  id,
  fault: what,
  tier,
  holds,
  tests,
});

/** Every fault that we know of, whether it is tried or not. */
export const FAULTS: readonly Fault[] = [
  fault('F-1', 'a worker process is killed in the midst of its jobs', 'ci', 'The jobs run elsewhere within lease, sweep and poll, and end once; the attempt stays counted.', 'scenarios/killed-worker.test'),
  fault('F-2', 'the server is stopped at once, or its postmaster killed, again and again under load', 'ci', 'What was acknowledged is there after the recovery and ends once; workers and producers come back unaided.', 'soak/soak.test'),
  fault('F-3', 'the system kills one backend, and the whole server recovers from a crash', 'ci', 'As F-2.', 'soak/soak.test'),
  fault('F-4', 'the server ends sessions in the midst of claims and finishes', 'ci', 'Nothing is lost or run twice at once; what a claim took whose answer was lost is run, not left to the lease.', 'worker/connections.test', 'scenarios/lost-database.test', 'container/lost-connections.test'),
  fault('F-5', 'the answer to a COMMIT does not arrive', 'ci', 'An enqueue with an id of its own can be repeated and adds nothing; a worker finds out that its outcome was stored.', 'worker/connections.test', 'client/enqueue.test'),
  fault('F-6', 'the network swallows everything and says nothing, then works again', 'ci', 'Jobs of a worker that is cut off run elsewhere; the worker notices, gives its connections up, and works on when the network does. A connection that the network has lost for itself is ended when the server says that it owes it no answer.', 'worker/silent-network.test', 'repositories/unanswered-connections.test', 'chaos/black-hole.chaos'),
  fault('F-7', 'the connection that listens is ended', 'ci', 'Jobs start within the poll interval meanwhile; the worker listens again, and looks for what it was not told of.', 'notifier/postgres-notifier.test'),
  fault('F-8', 'a process stands still for longer than its lease, or its event loop is blocked', 'ci', 'Who stood still finds its jobs done elsewhere, and its late answers change nothing. A blocked loop keeps its lease.', 'scenarios/killed-worker.test', 'worker/heartbeat.test', 'soak/soak.test'),
  fault('F-9', 'an attempt that has lost its job finishes, fails, reports and records', 'ci', 'Every fenced verb is refused, and nothing is recorded.', 'engine/verbs/transitions.test', 'worker/checkpoints.test'),
  fault('F-10', 'the clock of a worker is an hour before or after that of the database', 'chaos', 'Leases, delays and deadlines go by the clock of the database and by monotonic time: nothing comes early or late.', 'chaos/skewed-clock.chaos'),
  fault('F-11', 'two leaders: one whose term has lapsed does not know it yet', 'ci', 'Each job is promoted and rescued once.', 'scheduler/leader.test'),
  fault('F-12', 'two transactions deadlock, or cannot be serialized', 'ci', 'They are tried again, and no caller hears of it; all works where sessions are SERIALIZABLE by default.', 'client/unique.test', 'client/steer.test', 'faults/session-settings.test'),
  fault('F-13', 'somebody holds rows, or locks a table by hand', 'ci', 'Claims pass over rows that are held; a locked table is waited for, and the work goes on after it.', 'engine/verbs/claim.test', 'soak/soak.test'),
  fault('F-14', 'a transaction pooler stands between', 'ci', 'A worker finds out that it is not told of jobs, says so once, and polls. With PgBouncer itself in `npm run test:chaos`; the whole suite through it by `npm run test:pooler`.', 'notifier/postgres-notifier.test', 'chaos/pgbouncer.chaos'),
  fault('F-15', 'handlers hold every connection of the pool', 'ci', 'Claims, finishes and the heartbeat go on: they have connections of their own.', 'faults/session-settings.test'),
  fault('F-16', 'every statement is cut off after a few milliseconds, now and then', 'ci', 'Every job ends once, in spite of it.', 'faults/session-settings.test'),
  fault('F-17', 'a transaction is cut off in its midst, and its connection goes back to the pool', 'ci', 'No connection of the pool is left inside a transaction: what is written on it afterwards is seen by all.', 'faults/session-settings.test'),
  fault('F-18', 'the disk of the server is full', 'chaos', 'An enqueue fails; workers wait without a storm of log lines, and go on when there is room.', 'chaos/full-disk.chaos'),
  fault('F-19', 'SIGTERM under load; a second one; a handler that ignores it', 'ci', 'Nothing more is claimed; what has not begun goes back at no charge; what ignores the end runs elsewhere.', 'scenarios/terminated-worker.test'),
  fault('F-20', 'a handler never ends, whatever its signal says', 'ci', 'Its slot is free after a grace, and the job past its deadline is taken from a worker that lives.', 'worker/abort.test', 'engine/verbs/rescue.test'),
  fault('F-21', 'a handler throws what is no error, or cannot be looked at', 'ci', 'The attempt fails with a text, and the worker goes on with the next job.', 'worker/outcomes.test'),
  fault('F-22', 'a result has no JSON form, or PostgreSQL does not take it', 'ci', 'The job is a dead letter that says why, and takes no other outcome with it.', 'worker/outcomes.test', 'worker/attempt.test'),
  fault('F-23', 'a payload of megabytes', 'ci', 'It is refused with a typed error where it is enqueued.', 'registry/payload-codec.test'),
  fault('F-24', 'numbers beyond what JavaScript counts exactly', 'ci', 'Tokens and places in the queue beyond 2^53 work as others do.', 'faults/large-numbers.test'),
  fault('F-25', 'a million jobs that are ready, that wait, or that have failed', 'ci', 'Every statement reads no more than it must, which is explained at a million rows.', 'plans/plans.test'),
  fault('F-26', 'a transaction keeps the server from removing dead rows for long', 'ci', 'All goes on. How much of their rate workers keep, the benchmarks say (W8: at least 70 %).', 'soak/soak.test'),
  fault('F-27', 'the statistics of the planner are old, or there are none', 'ci', 'Plans and limits are the same.', 'plans/plans.test'),
  fault('F-28', 'many workers are told of one job', 'chaos', 'Each asks for it three times at most, and then is quiet.', 'chaos/herd.chaos'),
  fault('F-29', 'a job kills whoever runs it', 'ci', 'It is a dead letter when its attempts are spent; as many workers are lost as it has attempts, and no more.', 'scenarios/killed-worker.test'),
  fault('F-30', 'workers of two versions, of which one does not know a job or a pipeline', 'ci', 'It is left to the one that does.', 'worker/concurrency.test', 'scenarios/pipeline-runs.test'),
  fault('F-31', 'schedules over changes of the clock', 'open', 'There are no schedules yet.'),
  fault('F-32', 'nobody is there when a schedule is due', 'open', 'There are no schedules yet.'),
  fault('F-33', 'versions of the schema and of the package that do not belong together', 'ci', 'Each says so before it touches anything. (No version is released yet that could run beside another.)', 'container/migrator-versions.test'),
  fault('F-34', 'migrations that run at once, or fail half-way', 'ci', 'One of them does it; a failed one leaves nothing.', 'container/migrator.test'),
  fault('F-35', 'the server becomes read-only; the primary is lost, and a standby promoted', 'ci', 'Workers wait with at most one log line a second, and go on by themselves; nothing acknowledged is lost.', 'faults/read-only.test', 'chaos/failover.chaos'),
  fault('F-36', 'steps that join end at once; processes die between the end of a step and what follows', 'ci', 'The join happens once, and no run is stranded.', 'pipelines/run-races.test'),
  fault('F-37', 'a lock runs out while its holder works', 'ci', 'The next holder has a larger token, and the old one cannot renew or release what it has lost.', 'client/locks.test', 'soak/soak.test'),
  fault('F-38', 'a job comes back whose unique key another has taken', 'ci', 'It stays, and the others of its batch come back.', 'engine/verbs/redrive.test'),
  fault('F-39', 'a cancel meets a claim, a finish and a rescue', 'ci', 'One of them wins, in each order, and both are told.', 'engine/verbs/cancel.test', 'engine/verbs/complete.test', 'engine/verbs/rescue.test'),
  fault('F-40', 'retention removes history while it is read, and jobs while they are brought back', 'ci', 'Whatever is in use is removed the next time.', 'engine/verbs/prune.test', 'scheduler/partitions.test'),
  fault('F-41', 'jobs that triggers enqueue', 'open', 'There are no SQL functions for it yet.'),
  fault('F-42', 'a dashboard that many look at', 'open', 'There is no dashboard yet.'),
  fault('F-43', 'workers that start and stop again and again', 'ci', 'No handle, listener or connection is left. A thousand times in `npm run test:chaos`.', 'faults/start-stop.test', 'chaos/start-stop.chaos'),
  fault('F-44', 'the server crashes in the midst of rescues, elections and promotions', 'ci', 'The loops go on. (Among all else that happens in the soak.)', 'soak/soak.test'),
  fault('F-45', 'a job fails a thousand times', 'ci', 'Its row keeps the newest ten errors, each of bounded size.', 'engine/verbs/retry.test', 'worker/outcomes.test'),
]; // prettier-ignore
