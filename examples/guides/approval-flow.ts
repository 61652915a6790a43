/** A purchase that somebody must approve: asked by a link, handed on if nobody answers, recorded with who said what. */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { IsInt, IsPositive, IsString } from 'class-validator';
import type { DataSource } from 'typeorm';
import {
  type ApprovalFacts,
  Approvals,
  createContainer,
  type Handler,
  JobHandler,
  Jobs,
  pipeline,
  type RunHandle,
  Telemetry,
  Worker,
} from '../../src/index.js';

export class Purchase {
  @IsString() item!: string;
  @IsInt() @IsPositive() cents!: number;
}

/** What the person fills in. */
export class Decision {
  @IsString() costCentre!: string;
}

export class PlacedOrder extends Purchase {
  @IsString() costCentre!: string;
}

@JobHandler({ name: 'place-order', payload: PlacedOrder })
export class PlaceOrder implements Handler<PlacedOrder, { ordered: string }> {
  handle({ item, costCentre }: PlacedOrder): { ordered: string } {
    return { ordered: `${item} for ${costCentre}` };
  }
}

export const purchase = pipeline('purchase', { input: Purchase })
  .approve('budget', Decision, {
    assignee: ({ input }) => (input.cents > 100_000 ? 'director@example.com' : 'lead@example.com'),
    timeout: '10d',
    escalate: { after: '3d', to: 'office@example.com' },
  })
  .step('order', PlaceOrder, ({ input, budget }) => ({ ...input, costCentre: budget.costCentre }))
  .build();

/** Mails a link to whoever is asked, each time that it is somebody else. */
export function mailLinks(telemetry: Telemetry, approvals: Approvals, send: (to: string, link: string) => void): void {
  const mail = ({ runId, step, assignee }: ApprovalFacts & { readonly assignee: string | null }): void => {
    if (assignee === null) return;
    const token = approvals.token({ run: runId, step, person: assignee, expiresIn: '10d' });
    send(assignee, `https://example.com/approvals?token=${token}`);
  };
  telemetry.on('approval.request', mail);
  telemetry.on('approval.escalate', mail);
}

/** What the page behind the link does with the form that was sent. */
export async function decide(approvals: Approvals, link: string, costCentre: string | null): Promise<void> {
  const token = new URL(link).searchParams.get('token') ?? '';
  if (costCentre === null) await approvals.reject(token, { reason: 'not this year' });
  else await approvals.answer(token, { costCentre });
}

/** What became of a purchase, and who decided. */
export interface Bought {
  readonly outcome: string;
  readonly asked: string;
  readonly decidedBy: string | null | undefined;
}

/** Asks for one, and answers as the person who gets the mail would. */
export async function buy(dataSource: DataSource, cents: number, costCentre: string | null): Promise<Bought> {
  const container = await createContainer({
    dataSource,
    handlers: [PlaceOrder],
    pipelines: [purchase],
    approvals: { secret: process.env['APPROVAL_SECRET'] ?? randomBytes(32).toString('hex') }, // one for all processes
  });
  const approvals = container.get(Approvals);
  const mailed = new Promise<{ to: string; link: string }>((resolve) =>
    mailLinks(container.get(Telemetry), approvals, (to, link) => resolve({ to, link })),
  );
  const worker = container.get(Worker);
  await worker.start();
  try {
    const run = await container.get(Jobs).start(purchase, { item: 'lamp', cents });
    const { to, link } = await mailed;
    await decide(approvals, link, costCentre);
    const outcome = await run.result().then(
      ({ ordered }) => ordered,
      (error: Error) => error.message,
    );
    return { outcome, asked: to, decidedBy: await whoDecided(run) };
  } finally {
    await worker.stop();
  }
}

async function whoDecided(run: RunHandle): Promise<string | null | undefined> {
  const { steps } = await run.graph();
  return steps.find(({ name }) => name === 'budget')?.wait?.by;
}
