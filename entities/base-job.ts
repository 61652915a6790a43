import { Column, PrimaryColumn } from 'typeorm';
import type { AttemptError } from '../src/core/attempt-error.js';

/** What a job is, in whichever of the three tables it lies. Times are those of the database's clock. */
export abstract class BaseJobEntity {
  /** UUID v7, made by the producer. */
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id!: string;

  /** The order of insertion; within a queue and a priority, jobs are claimed in this order. */
  @Column({ name: 'seq', type: 'bigint', generated: 'increment' })
  seq!: string;

  /** The job type, by which workers find the handler. */
  @Column({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'queue', type: 'text', collation: 'C' })
  queue!: string;

  /** 0 is claimed first, 9 last. */
  @Column({ name: 'priority', type: 'smallint' })
  priority!: number;

  @Column({ name: 'payload', type: 'jsonb' })
  payload!: unknown;

  /** Attempts that have begun, less those given back by a snooze or a shutdown. */
  @Column({ name: 'attempt', type: 'smallint', default: 0 })
  attempt!: number;

  /** The attempt whose failure makes the job a dead letter. */
  @Column({ name: 'max_attempts', type: 'smallint' })
  maxAttempts!: number;

  /** Milliseconds that one attempt may take; null: as its worker has it. */
  @Column({ name: 'timeout_ms', type: 'integer', nullable: true })
  timeoutMs!: number | null;

  /** Milliseconds that the finished job is kept for; null: a week. */
  @Column({ name: 'keep_ms', type: 'bigint', nullable: true })
  keepMs!: string | null;

  /** At most one job of a key runs at a time, in the whole cluster. */
  @Column({ name: 'lock_key', type: 'text', nullable: true })
  lockKey!: string | null;

  /** The key by which a second job of this type is refused; see `UniqueKeyEntity`. */
  @Column({ name: 'unique_key', type: 'text', nullable: true })
  uniqueKey!: string | null;

  /** At most 20 labels of the producer's, to find jobs by. */
  @Column({ name: 'tags', type: 'text', array: true, default: () => "'{}'" })
  tags!: string[];

  /** What travels with the job without being payload, such as the producer's trace. */
  @Column({ name: 'meta', type: 'jsonb', nullable: true })
  meta!: Record<string, unknown> | null;

  /** Who enqueued the job. */
  @Column({ name: 'owner', type: 'text', nullable: true })
  owner!: string | null;

  /** Whose job it is; empty where tenants are not used. */
  @Column({ name: 'tenant', type: 'text', default: '' })
  tenant!: string;

  /** The pipeline of its run, as `name@version`; null for a job of its own, as are the next three. */
  @Column({ name: 'pipeline', type: 'text', nullable: true })
  pipeline!: string | null;

  @Column({ name: 'run_id', type: 'uuid', nullable: true })
  runId!: string | null;

  @Column({ name: 'step', type: 'text', nullable: true })
  step!: string | null;

  /** Its place among the items of a fan-out step, from 0; null for a step that is one job. */
  @Column({ name: 'item', type: 'integer', nullable: true })
  item!: number | null;

  /** The newest failed attempts, at most ten, the newest last. */
  @Column({ name: 'errors', type: 'jsonb', nullable: true })
  errors!: AttemptError[] | null;

  /** From 0 to 1, as the handler reported it last. */
  @Column({ name: 'progress', type: 'real', nullable: true })
  progress!: number | null;

  @Column({ name: 'progress_message', type: 'text', nullable: true })
  progressMessage!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** Since when it may be claimed; null if that time has not come yet. */
  @Column({ name: 'available_at', type: 'timestamptz', nullable: true })
  availableAt!: Date | null;

  /** The version of the payload's shape; null: the first. */
  @Column({ name: 'payload_version', type: 'smallint', nullable: true })
  payloadVersion!: number | null;
}
