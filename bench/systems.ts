/** The names of the workloads, as `--only` takes them. */
export const WORKLOADS = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

/** What kind of thing it is decides what it is compared with. */
export type SystemKind = 'rowlock' | 'floor' | 'queue' | 'workflow';

/** Something that is measured: a system, run in one way. */
export interface System {
  /** As `--peers` takes it. */
  readonly name: string;
  readonly title: string;
  /** The file in adapters/. */
  readonly adapter: string;
  readonly variant: string;
  readonly store: 'postgres' | 'redis' | 'redis-aof';
  readonly kind: SystemKind;
  /** The workloads that are measured without `--full`; with it, all that it can do. */
  readonly usual: readonly WorkloadName[];
  /** What it cannot do, and why. */
  readonly cannot: Partial<Record<WorkloadName, string>>;
  /** Commits several times a job: what takes others a minute takes it an hour, and is not asked of it. */
  readonly slow?: true;
  /** An environment variable without which it cannot be set up. */
  readonly needs?: string;
}

const EVERY: readonly WorkloadName[] = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'];
const NO_QUEUES = 'has no worker that serves many queues';

const NO_SNAPSHOT = 'is not on PostgreSQL';
const TOO_LONG = 'would take an hour or more to be filled';

/** Systems that are there for workflows; a job is one of a single step. */
const workflow = { store: 'postgres', variant: '', kind: 'workflow', usual: ['w6'], slow: true } as const;
const postgres = { store: 'postgres', cannot: {} } as const;

/** Rowlock at the commit that `--against` names. */
export const EARLIER = 'rowlock-before';

/** This Rowlock. */
export const ROWLOCK: System = {
  ...postgres,
  name: 'rowlock',
  title: 'Rowlock',
  adapter: 'rowlock',
  variant: '',
  kind: 'rowlock',
  usual: WORKLOADS,
};

/** All that can be measured, in the order of the tables. */
export const SYSTEMS: readonly System[] = [
  ROWLOCK,
  {
    ...postgres,
    name: EARLIER,
    title: 'Rowlock before',
    adapter: 'rowlock',
    variant: '',
    kind: 'rowlock',
    usual: WORKLOADS,
  },
  {
    ...postgres,
    name: 'floor',
    title: 'floor (raw SQL, no history)',
    adapter: 'floor',
    variant: 'unnest',
    kind: 'floor',
    usual: EVERY,
    cannot: { w7: 'has no notion of later', w8: 'keeps nothing that a snapshot could hold up', w9: NO_QUEUES },
  },
  {
    ...postgres,
    name: 'floor-copy',
    title: 'floor by COPY',
    adapter: 'floor',
    variant: 'copy',
    kind: 'floor',
    usual: ['w1'],
    cannot: Object.fromEntries(WORKLOADS.slice(1).map((name) => [name, 'is a way to enqueue only'])),
  },
  {
    ...postgres,
    name: 'pg-boss',
    title: 'pg-boss 12 (batches)',
    adapter: 'pg-boss',
    variant: '',
    kind: 'queue',
    usual: EVERY,
  },
  {
    ...postgres,
    name: 'graphile-worker',
    title: 'graphile-worker 0.18, local queue',
    adapter: 'graphile-worker',
    variant: 'local-queue',
    kind: 'queue',
    usual: EVERY,
  },
  {
    ...postgres,
    name: 'graphile-worker-default',
    title: 'graphile-worker 0.18, default',
    adapter: 'graphile-worker',
    variant: 'default',
    kind: 'queue',
    usual: [],
    cannot: { w7: TOO_LONG },
    slow: true,
  },
  {
    name: 'bullmq',
    title: 'BullMQ 6, Redis in memory',
    adapter: 'bullmq',
    variant: 'redis',
    store: 'redis',
    kind: 'queue',
    usual: EVERY,
    cannot: { w8: NO_SNAPSHOT },
  },
  {
    name: 'bullmq-aof',
    title: 'BullMQ 6, Redis AOF everysec',
    adapter: 'bullmq',
    variant: 'redis',
    store: 'redis-aof',
    kind: 'queue',
    usual: [],
    cannot: { w8: NO_SNAPSHOT },
  },
  {
    ...postgres,
    name: 'bullmq-postgres',
    title: 'BullMQ 6, PostgreSQL',
    adapter: 'bullmq',
    variant: 'postgres',
    kind: 'queue',
    usual: [],
    cannot: { w7: TOO_LONG },
    slow: true,
  },
  { ...workflow, name: 'dbos', title: 'DBOS 5', adapter: 'dbos', cannot: { w7: TOO_LONG } },
  {
    ...workflow,
    name: 'absurd',
    title: 'Absurd 0.5',
    adapter: 'absurd',
    cannot: { w7: 'has no tasks for later', w9: NO_QUEUES },
    needs: 'ABSURD_SQL',
  },
  {
    ...workflow,
    name: 'openworkflow',
    title: 'OpenWorkflow 0.10',
    adapter: 'openworkflow',
    cannot: { w7: TOO_LONG, w9: NO_QUEUES },
  },
];
