import { describe, expect, it } from '@jest/globals';
import type { Approvals } from '../../src/client/approvals.js';
import type { RunHandle } from '../../src/client/run-handle.js';
import { mermaid } from '../../src/pipelines/mermaid.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';
import { Answer, noted, STEP_HANDLERS, Write } from '../support/step-tasks.js';

const rowlock = useRowlock();
const HOUR = 3_600_000;
const QUICK = { timeout: '20s' } as const;
const secret = 'a secret of thirty-two characters';

const application = (...pipelines: PipelineDefinition[]): Promise<Application> =>
  rowlock.application({ handlers: STEP_HANDLERS, pipelines, approvals: { secret } });

const reviewed = noted('reviewed')
  .step('first', Write)
  .approve('review', Answer, {
    assignee: ({ first }) => `${first.text}@example.com`,
    timeout: '5h',
    escalate: { after: '2h', to: 'boss@example.com' },
  })
  .step('last', Write, ({ review }) => ({ text: review.word }))
  .build();

const asked = (run: RunHandle) =>
  eventually('somebody is asked', async () => (await suspended(run)) && (await waitOf(run))?.openedAt instanceof Date);

const suspended = (run: RunHandle) =>
  rowlock.value<boolean>(`select exists (select from $s.job_waiting where run_id = $1)`, [run.id]);

const waitOf = async (run: RunHandle) => (await run.graph()).steps.find(({ name }) => name === 'review')?.wait;

const peopleAsked = async (approvals: Approvals, assignee?: string) =>
  (await approvals.pending(assignee === undefined ? {} : { assignee })).map((approval) => approval.assignee);

describe('an approval', () => {
  it('waits for a person, and returns the form; who answered and when is kept', async () => {
    const { jobs, approvals, events, worker } = await application(reviewed);
    const run = await jobs.start(reviewed, { text: 'ann' });
    await asked(run);
    expect(worker.health().running).toBe(0);
    expect(await runViolations(rowlock.database)).toEqual([]);
    expect(await approvals.pending({ assignee: 'ann@example.com' })).toEqual([
      {
        ...{ runId: run.id, step: 'review', pipeline: 'reviewed', assignee: 'ann@example.com', escalated: false },
        ...{ openedAt: expect.any(Date), dueAt: expect.any(Date) },
      },
    ]);
    expect(await peopleAsked(approvals, 'bob@example.com')).toEqual([]);
    expect(await run.approve('review', { word: 'fine' }, { by: 'ann' })).toBe(true);
    expect(await run.result(QUICK)).toEqual({ text: 'fine' });
    expect(await waitOf(run)).toMatchObject({ outcome: 'answered', by: 'ann', answeredAt: expect.any(Date), reason: null });
    expect(await peopleAsked(approvals)).toEqual([]);
    expect(await run.approve('review', { word: 'late' }, { by: 'bob' })).toBe(false);
    expect(await run.reject('review', { by: 'bob' })).toBe(false);
    const facts = { runId: run.id, pipeline: 'reviewed', step: 'review' };
    expect(events('approval.request')).toEqual([{ ...facts, assignee: 'ann@example.com' }]);
    expect(events('approval.answer')).toEqual([{ ...facts, by: 'ann', approved: true }]);
  }); // prettier-ignore

  it('that is rejected fails the run, with who and why', async () => {
    const { jobs, events } = await application(reviewed);
    const run = await jobs.start(reviewed, { text: 'ann' });
    await asked(run);
    expect(await run.reject('review', { by: 'ann', reason: 'too dear' })).toBe(true);
    const error = await rejectionOf(run.result(QUICK));
    expect(error).toMatchObject({ code: 'RUN_FAILED', message: expect.stringContaining('rejected by ann: too dear') });
    expect((await run.status()).error).toMatchObject({ step: 'review', code: 'APPROVAL_REJECTED' });
    expect(await waitOf(run)).toMatchObject({ outcome: 'rejected', by: 'ann', reason: 'too dear' });
    expect(events('approval.answer')).toMatchObject([{ by: 'ann', approved: false }]);
  });

  it('that was rejected is asked for anew when the run is retried', async () => {
    const { jobs, events } = await application(reviewed);
    const run = await jobs.start(reviewed, { text: 'ann' });
    await run.reject('review', { by: 'ann' });
    await expect(run.result(QUICK)).rejects.toMatchObject({ code: 'RUN_FAILED' });
    await run.retry();
    await asked(run);
    expect(await waitOf(run)).toMatchObject({ outcome: null, by: null, reason: null });
    await run.approve('review', { word: 'fine' }, { by: 'bob' });
    expect(await run.result(QUICK)).toEqual({ text: 'fine' });
    expect(events('approval.answer').map(({ by, approved }) => `${by} ${approved}`)).toEqual(['ann false', 'bob true']);
  });

  it('that is rejected is skipped or substituted by its onFailure, and one in vain by its onTimeout', async () => {
    const excused = noted('excused')
      .approve('review', Answer, { timeout: '1h', onTimeout: { substitute: { word: 'nobody' } }, onFailure: 'skip' })
      .step('last', Write, ({ review }) => ({ text: review?.word ?? 'no' }))
      .build();
    const { jobs } = await application(excused);
    const [rejected, ignored] = [await jobs.start(excused, { text: 'a' }), await jobs.start(excused, { text: 'b' })];
    await rejected.reject('review', { by: 'ann' });
    expect(await rejected.result(QUICK)).toEqual({ text: 'no' });
    await asked(ignored);
    await rowlock.moveClock(2 * HOUR);
    expect(await ignored.result(QUICK)).toEqual({ text: 'nobody' });
    expect(await waitOf(ignored)).toMatchObject({ outcome: 'expired', by: null });
  });

  it('is handed on once if nobody answers, and then its time runs out', async () => {
    const { jobs, approvals, event, events } = await application(reviewed);
    const run = await jobs.start(reviewed, { text: 'ann' });
    await asked(run);
    await rowlock.moveClock(2.5 * HOUR);
    await event('approval.escalate');
    await asked(run);
    expect(await approvals.pending({ assignee: 'boss@example.com' })).toMatchObject([{ escalated: true }]);
    expect(await peopleAsked(approvals, 'ann@example.com')).toEqual([]);
    expect(await waitOf(run)).toMatchObject({ assignee: 'boss@example.com', escalatedAt: expect.any(Date) });
    await rowlock.moveClock(6 * HOUR);
    await expect(run.result(QUICK)).rejects.toThrow('waited in vain');
    expect((await run.status()).error).toMatchObject({ code: 'STEP_TIMEOUT' });
    expect(events('approval.escalate')).toMatchObject([{ runId: run.id, assignee: 'boss@example.com' }]);
    expect(events('approval.request')).toHaveLength(1);
  });

  it('may be answered before it is asked for, and is not listed then', async () => {
    const idle = await rowlock.application({ handlers: STEP_HANDLERS, pipelines: [reviewed], work: false });
    const run = await idle.jobs.start(reviewed, { text: 'ann' });
    await run.approve('review', { word: 'early' }, { by: 'ann' });
    expect(await idle.approvals.pending()).toEqual([]);
    expect(await waitOf(run)).toMatchObject({ openedAt: null, outcome: 'answered' });
    const { events } = await application(reviewed);
    expect(await run.result(QUICK)).toEqual({ text: 'early' });
    expect(events('approval.request')).toEqual([]);
  });

  it('of a run that was cancelled is not listed, and takes no answer', async () => {
    const { jobs, approvals } = await application(reviewed);
    const run = await jobs.start(reviewed, { text: 'ann' });
    await asked(run);
    await run.cancel('enough');
    expect(await approvals.pending()).toEqual([]);
    expect(await run.approve('review', { word: 'fine' }, { by: 'ann' })).toBe(false);
  });

  it('is listed by pages', async () => {
    const simple = noted('simple').approve('review', Answer).approve('second', Answer, { after: [] }).build();
    const { jobs, approvals } = await application(simple);
    const runs = [await jobs.start(simple, { text: 'a' }), await jobs.start(simple, { text: 'b' })];
    await eventually('all are asked', async () => (await approvals.pending()).length === 4);
    const first = await approvals.pending({ limit: 3 });
    const second = await approvals.pending({ limit: 3, after: first.at(-1) ?? null });
    const ids = runs.map(({ id }) => id).sort();
    expect([...first, ...second].map(({ runId, step }) => `${runId} ${step}`)).toEqual(
      ids.flatMap((id) => [`${id} review`, `${id} second`]),
    );
    await expect(approvals.pending({ limit: 0 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(approvals.pending({ after: { runId: 'x', step: 'y' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses a form that is not valid, an answer of nobody, and a name that is none', async () => {
    const { jobs } = await application(reviewed);
    const run: RunHandle = await jobs.start(reviewed, { text: 'ann' });
    const by = { by: 'ann' };
    await expect(run.approve('review', { wrod: 'fine' }, by)).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' });
    await expect(run.approve('review', { word: 'fine' }, { by: '' })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const unknown = { code: 'APPROVAL_UNKNOWN', message: expect.stringContaining('(it has: "review")') };
    await expect(run.approve('first', { word: 'fine' }, by)).rejects.toMatchObject(unknown);
    await expect(run.signal('review', { word: 'fine' })).rejects.toMatchObject({ code: 'SIGNAL_UNKNOWN' });
  });

  it('fails its run if the callback names nobody', async () => {
    const wrong = noted('wrong')
      .approve('review', Answer, { assignee: () => 5 as unknown as string })
      .build();
    const { jobs } = await application(wrong);
    await expect(jobs.start(wrong, { text: 'a' })).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' });
  });

  it('is drawn with six corners', () => {
    expect(mermaid(reviewed)).toContain('s1{{"<b>review</b><br>approval"}}');
  });
});

describe('a link to an approval', () => {
  const open = async () => {
    const { jobs, approvals } = await application(reviewed);
    const run = await jobs.start(reviewed, { text: 'ann' });
    await asked(run);
    return { run, approvals };
  };

  it('answers it once, in the name of the person it is for', async () => {
    const { run, approvals } = await open();
    const token = approvals.token({ run: run.id, step: 'review', person: 'ann' });
    expect(approvals.read(token)).toMatchObject({ run: run.id, step: 'review', person: 'ann' });
    await expect(approvals.answer(token, { wrod: 'fine' })).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' });
    await approvals.answer(token, { word: 'fine' }, { by: 'eve' });
    expect(await run.result(QUICK)).toEqual({ text: 'fine' });
    expect(await waitOf(run)).toMatchObject({ by: 'ann' });
    await expect(approvals.answer(token, { word: 'again' })).rejects.toMatchObject({ code: 'APPROVAL_LINK_USED' });
    await expect(approvals.reject(token)).rejects.toMatchObject({ code: 'APPROVAL_LINK_USED' });
  });

  it('rejects it, in the name of him who says who he is', async () => {
    const { run, approvals } = await open();
    await approvals.reject(approvals.token({ run: run.id, step: 'review' }), { by: 'bob', reason: 'no' });
    await expect(run.result(QUICK)).rejects.toThrow('rejected by bob: no');
  });

  it('is refused if it was forged, cut, made by another secret, or has expired', async () => {
    const { run, approvals } = await open();
    const token = approvals.token({ run: run.id, step: 'review' });
    const [body = '', signature = ''] = token.split('.');
    const forged = Buffer.from(JSON.stringify([run.id, 'review', 'eve', Date.now() + HOUR])).toString('base64url');
    const other = await rowlock.application({ approvals: { secret: secret.toUpperCase() } });
    const invalid = [
      `${forged}.${signature}`,
      body,
      `${body}.`,
      '',
      `${token}.${signature}`,
      `${body}.${signature.slice(1)}`,
      other.approvals.token({ run: run.id, step: 'review' }),
    ];
    for (const each of invalid) {
      await expect(approvals.answer(each, { word: 'fine' })).rejects.toMatchObject({ code: 'APPROVAL_LINK_INVALID' });
    }
    const old = approvals.token({ run: run.id, step: 'review', expiresIn: '0ms' });
    await expect(approvals.answer(old, { word: 'fine' })).rejects.toMatchObject({ code: 'APPROVAL_LINK_EXPIRED' });
    expect(await waitOf(run)).toMatchObject({ outcome: null });
  });

  it('needs a secret, which must be long', async () => {
    const { approvals } = await rowlock.application();
    expect(() => approvals.token({ run: '00000000-0000-7000-8000-000000000000', step: 'a' })).toThrow(
      'createContainer({ approvals: { secret } })',
    );
    await expect(rowlock.application({ approvals: { secret: 'short' } })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });
});
