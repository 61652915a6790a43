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
}

const EVERY: readonly WorkloadName[] = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'];
const NO_QUEUES = 'has no worker that serves many queues';

const postgres = { store: 'postgres', cannot: {} } as const;

/** All that can be measured, in the order of the tables. */
export const SYSTEMS: readonly System[] = [
  {
    ...postgres,
    name: 'rowlock',
    title: 'Rowlock',
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
];
