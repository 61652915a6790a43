import { NIL } from 'uuid';
import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import { DefinitionError } from '../core/errors.js';
import { ApprovalLinkError } from '../core/step-errors.js';
import type { AnswerSender } from '../pipelines/answer-sender.js';
import type { Database } from '../repositories/database.js';
import type { ApprovalRow } from '../repositories/sql/find-approvals.js';
import { findApprovals } from '../repositories/sql/find-approvals.js';
import type { ApprovalGrant } from './approval-token.js';
import { readGrant, signGrant } from './approval-token.js';
import { existingId } from './job-id.js';
import { checkedLimit } from './page-options.js';

export interface ApprovalsParts {
  readonly database: Database;
  readonly answers: AnswerSender;
  /** By which tokens are signed; null: there are none. */
  readonly secret: string | null;
}

/** An approval that waits for an answer. */
export interface PendingApproval {
  readonly runId: string;
  readonly step: string;
  /** The name of the pipeline. */
  readonly pipeline: string;
  /** Who is to answer; null: anybody. */
  readonly assignee: string | null;
  /** Whether it was handed on because nobody had answered. */
  readonly escalated: boolean;
  readonly openedAt: Date;
  /** When it is answered by nobody any more. */
  readonly dueAt: Date;
}

/** Which approvals are listed. */
export interface PendingOptions {
  /** Those of that person only. Default: all. */
  readonly assignee?: string;
  /** 1 to 1000, default 50. */
  readonly limit?: number;
  /** The last one of the page before. */
  readonly after?: Pick<PendingApproval, 'runId' | 'step'> | null;
}

/** What a token is for. */
export interface ApprovalTokenOptions {
  /** The id of the run. */
  readonly run: string;
  /** The name of its `.approve` step. */
  readonly step: string;
  /** In whose name it answers. Default: of him who says so when he answers. */
  readonly person?: string;
  /** For how long it is good, by the clock of this process. Default `'7d'`. */
  readonly expiresIn?: Duration;
}

/** Lists what waits for people, and lets them answer by signed links. Get it from the container. */
export class Approvals {
  constructor(private readonly parts: ApprovalsParts) {}

  /**
   * A page of the approvals that wait, those of the oldest runs first.
   * @throws DefinitionError `OPTION_INVALID`
   * @example const mine = await approvals.pending({ assignee: 'ann@example.com' });
   */
  async pending({ assignee, limit, after = null }: PendingOptions = {}): Promise<readonly PendingApproval[]> {
    const { database } = this.parts;
    const page = [checkedLimit(limit), after ? existingId(after.runId, 'run') : NIL, after?.step ?? ''] as const;
    const rows =
      assignee === undefined
        ? await database.run(findApprovals.all, page)
        : await database.run(findApprovals.of, [...page, assignee]);
    return rows.map(pendingApproval);
  }

  /**
   * A signed text that lets whoever has it answer one approval, once: for a link in a mail, say. It needs the option
   * `approvals.secret`, and holds nothing that is secret itself.
   * @throws DefinitionError `OPTION_INVALID` without a secret; NotFoundError if `run` is no id
   * @example const url = `https://example.com/approve?token=${approvals.token({ run: run.id, step: 'review', person: 'ann' })}`;
   */
  token({ run, step, person, expiresIn = '7d' }: ApprovalTokenOptions): string {
    const expiresAt = Date.now() + milliseconds(expiresIn, 'approvals.token expiresIn');
    return signGrant({ run: existingId(run, 'run'), step, person: person ?? null, expiresAt }, this.#secret);
  }

  /** What a token is for, to show before it is used. @throws ApprovalLinkError */
  read(token: string): ApprovalGrant {
    return readGrant(token, this.#secret);
  }

  /**
   * Approves by a token.
   * @param options.by who answers, unless the token says so
   * @throws ApprovalLinkError if the token was not signed here, has expired, or the approval has had its answer; PayloadError
   * as `run.approve`
   */
  async answer(token: string, form: object, options: { readonly by?: string } = {}): Promise<void> {
    const { run, step, by } = this.#grant(token, options.by);
    if (!(await this.parts.answers.approve(run, step, form, by))) throw new ApprovalLinkError('APPROVAL_LINK_USED');
  }

  /** Rejects by a token. @throws as `answer` */
  async reject(token: string, options: { readonly by?: string; readonly reason?: string } = {}): Promise<void> {
    const { run, step, by } = this.#grant(token, options.by);
    const rejected = await this.parts.answers.reject(run, step, by, options.reason);
    if (!rejected) throw new ApprovalLinkError('APPROVAL_LINK_USED');
  }

  #grant(token: string, by: string | undefined): { readonly run: string; readonly step: string; readonly by: string } {
    const { run, step, person } = readGrant(token, this.#secret);
    return { run, step, by: person ?? by ?? 'the holder of a link' };
  }

  get #secret(): string {
    if (this.parts.secret !== null) return this.parts.secret;
    throw new DefinitionError(
      'OPTION_INVALID',
      'Option approvals.secret is not set: createContainer({ approvals: { secret } }) signs with it.',
    );
  }
}

function pendingApproval({ openedAt, dueAt, ...row }: ApprovalRow): PendingApproval {
  return { ...row, openedAt: new Date(openedAt), dueAt: new Date(dueAt) };
}
