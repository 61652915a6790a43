import { createHmac, timingSafeEqual } from 'node:crypto';
import { ApprovalLinkError } from '../core/step-errors.js';

/** What a token allows: to answer one approval, until then, in the name of that person. */
export interface ApprovalGrant {
  readonly run: string;
  readonly step: string;
  /** Null: whoever has the token says who he is. */
  readonly person: string | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Part of what is signed, so that a key that signs other things too signs nothing that passes for a token. */
const PURPOSE = 'rowlock:approval:1';

/** A grant as text that may stand in a URL, signed with HMAC-SHA256. */
export function signGrant({ run, step, person, expiresAt }: ApprovalGrant, secret: string): string {
  const body = Buffer.from(JSON.stringify([run, step, person, expiresAt])).toString('base64url');
  return `${body}.${signature(body, secret).toString('base64url')}`;
}

/**
 * @param now epoch milliseconds
 * @throws ApprovalLinkError `APPROVAL_LINK_INVALID` if it was not signed with that secret, `APPROVAL_LINK_EXPIRED`
 */
export function readGrant(token: string, secret: string, now = Date.now()): ApprovalGrant {
  const [body = '', signed = '', ...rest] = String(token).split('.');
  const [expected, given] = [signature(body, secret), Buffer.from(signed, 'base64url')];
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  if (!isOurs || rest.length > 0) throw new ApprovalLinkError('APPROVAL_LINK_INVALID');
  const [run, step, person, expiresAt] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [
    string,
    string,
    string | null,
    number,
  ];
  if (expiresAt <= now) throw new ApprovalLinkError('APPROVAL_LINK_EXPIRED');
  return { run, step, person, expiresAt };
}

function signature(body: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${PURPOSE}.${body}`).digest();
}
