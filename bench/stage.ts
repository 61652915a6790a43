import type { Producer } from './child/producer.js';
import type { ChildTask } from './child/main.js';
import type { Worker } from './child/worker.js';
import { QUEUE } from './adapters/adapter.js';
import { foreignShare } from './judge/disturbance.js';
import { takeSnapshot, usageBetween, type Snapshot, type Usage } from './machine/snapshot.js';
import { Member } from './member.js';
import type { Plan } from './plan.js';
import type { LoggedPlan } from './servers/logged-plan.js';
import type { Server } from './servers/server.js';
import type { StatementCost } from './servers/statement-cost.js';
import type { System } from './systems.js';

/** What a stage is set up with. */
export interface StageParts {
  readonly system: System;
  readonly plan: Plan;
  readonly server: Server;
  readonly store: string;
  readonly node: string;
  readonly rowlock: string;
}

/** One system in a store of its own, for one measure. */
export class Stage {
  readonly system: System;
  readonly plan: Plan;
  #foreignShare = 0;
  readonly #members: Member<Producer | Worker>[] = [];
  #producer: Member<Producer> | undefined;

  constructor(private readonly parts: StageParts) {
    this.system = parts.system;
    this.plan = parts.plan;
  }

  /** Starts the process that enqueues, which makes the schema. */
  async open(textBytes = this.plan.textBytes): Promise<void> {
    this.#producer = await this.#start<Producer>('producer');
    await this.#producer.call.open(textBytes);
  }

  get producer(): Member<Producer> {
    if (!this.#producer) throw new Error('The stage is not open.');
    return this.#producer;
  }

  /** Starts processes that work, ready but not working yet. */
  async hire(count: number, queues: readonly string[] = [QUEUE]): Promise<Member<Worker>[]> {
    const crew = await Promise.all(Array.from({ length: count }, () => this.#start<Worker>('worker')));
    await Promise.all(crew.map((member) => member.call.open(queues)));
    return crew;
  }

  /** Lets processes end what they do, and ends them. */
  async dismiss(crew: readonly Member<Worker>[]): Promise<void> {
    await Promise.all(crew.map((member) => member.call.stop()));
    await Promise.all(crew.map((member) => member.end()));
  }

  /** Processor time up to now; taken before and after what is measured. */
  snapshot(workers: readonly Member<Worker>[] = []): Snapshot {
    return takeSnapshot(
      workers.map(({ pid }) => pid),
      this.parts.server.pid,
    );
  }

  /** What was spent since `from`. Whoever else used the machine meanwhile makes the measure void. */
  spentSince(from: Snapshot, workers: readonly Member<Worker>[] = []): Usage {
    const usage = usageBetween(from, this.snapshot(workers));
    this.#foreignShare = Math.max(this.#foreignShare, foreignShare(usage.load));
    return usage;
  }

  /** The most of the machine that others had in what was measured, from 0 to 1. */
  get foreignShare(): number {
    return this.#foreignShare;
  }

  get settings(): Member<Producer>['settings'] {
    return this.producer.settings;
  }

  /** Begins to count what the store is asked. @returns a function that ends it and answers how many it was */
  countQueries(): Promise<() => Promise<number>> {
    return this.parts.server.countQueries(this.parts.store);
  }

  /** Begins to note what the store's statements cost. @returns a function that ends it and answers */
  async watchStatements(): Promise<() => Promise<readonly StatementCost[]>> {
    const { server, store } = this.parts;
    return (await server.watchStatements?.(store)) ?? (() => Promise.resolve([]));
  }

  /** Has the store write down how it carries out statements. @returns a function that ends it and answers */
  async logPlans(): Promise<() => Promise<readonly LoggedPlan[]>> {
    const { server, store } = this.parts;
    return (await server.logPlans?.(store)) ?? (() => Promise.resolve([]));
  }

  get storeUrl(): string {
    return this.parts.store;
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.end()));
  }

  async #start<Role extends Producer | Worker>(role: ChildTask['role']): Promise<Member<Role>> {
    const { system, node, rowlock, store } = this.parts;
    const { adapter, variant } = system;
    const task: ChildTask = { role, adapter, variant, rowlock, store: { url: store } };
    const member = await Member.start<Role>(node, task);
    this.#members.push(member);
    return member;
  }
}
