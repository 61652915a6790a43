import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { BlobRef } from '../../src/blobs/blob-ref.js';
import { BlobStore } from '../../src/blobs/blob-store.js';
import { DatabaseBlobStore } from '../../src/blobs/database-blob-store.js';
import { FileBlobStore } from '../../src/blobs/file-blob-store.js';
import { createContainer } from '../../src/container/create-container.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { IDLE_LIMIT_MS } from '../../src/repositories/idle-limit.js';
import { eventually } from '../support/eventually.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

const MEGABYTE = 1024 * 1024;
const content = Buffer.from([0, 1, 2, 0xff, 0xfe, 0]);
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that differ from part to part, so that a part in the wrong place is noticed. */
const large = (size: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 11)) % 251));

/** What every BlobStore keeps to. */
function behavesAsBlobStore(store: () => BlobStore): void {
  it('gives back the bytes by what it said when they were put', async () => {
    const ref = await store().put(content, { type: 'image/webp' });
    expect(ref).toEqual({ key: hashOf(content), size: 6, type: 'image/webp', sha256: hashOf(content) });
    expect(await buffer(await store().get(ref))).toEqual(content);
    expect((await store().put(content)).type).toBe('application/octet-stream');
  });

  it.each([0, 1, MEGABYTE - 1, MEGABYTE, 2 * MEGABYTE + 5])(
    'takes a stream of %i bytes, in parts of any size',
    async (size) => {
      const bytes = large(size);
      for (const part of [700_001, 1_500_000]) {
        const parts = Array.from({ length: Math.ceil(size / part) }, (_, at) =>
          bytes.subarray(at * part, (at + 1) * part),
        );
        const ref = await store().put(Readable.from(parts));
        expect(ref).toMatchObject({ size, sha256: hashOf(bytes) });
        expect((await buffer(await store().get(ref))).equals(bytes)).toBe(true);
      }
    },
  );

  it('takes the same bytes again, ten times at once', async () => {
    const refs = await Promise.all(Array.from({ length: 10 }, () => store().put(content)));
    expect(new Set(refs.map(({ key }) => key))).toEqual(new Set([hashOf(content)]));
    for (const ref of refs) expect(await buffer(await store().get(ref))).toEqual(content);
  });

  it('keeps nothing of a stream that fails', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array, undefined> {
      yield large(2 * MEGABYTE);
      throw await Promise.resolve(new Error('the source is gone'));
    };
    await expect(store().put(failing())).rejects.toThrow('the source is gone');
  });

  it('deletes, and says whether there was something to delete', async () => {
    const ref = await store().put(content);
    expect(await store().delete(ref)).toBe(true);
    expect(await store().delete(ref)).toBe(false);
    expect(await rejectionOf(store().get(ref))).toMatchObject({ code: 'BLOB_NOT_FOUND', key: ref.key });
    expect(await store().put(content)).toEqual(ref);
  });

  it.each(['0'.repeat(64), '', '../../etc/passwd', `${'0'.repeat(63)}/`])('has nothing under %p', async (key) => {
    const ref = { key, size: 1, type: 'text/plain', sha256: '0'.repeat(64) };
    expect(await rejectionOf(store().get(ref))).toMatchObject({ code: 'BLOB_NOT_FOUND' });
  });
}

const rowlock = useRowlock();

describe('DatabaseBlobStore', () => {
  const store = (): DatabaseBlobStore => new DatabaseBlobStore(rowlock.dataSource, { schema: rowlock.schema });

  behavesAsBlobStore(store);

  const rows = (): Promise<readonly unknown[]> =>
    rowlock.query(
      'select (select count(*)::int from $s.blob) as blobs, (select count(*)::int from $s.blob_part) as parts',
    );

  it('waits for content that takes its time, longer than a transaction of our own may say nothing', async () => {
    const idle = (): Promise<boolean> =>
      rowlock.value(
        `select exists (select from pg_stat_activity where application_name = $1 and state = 'idle in transaction'
         and state_change < now() - $2::int * interval '1 millisecond')`,
        [rowlock.schema, IDLE_LIMIT_MS + 500],
      );
    const slow = async function* (): AsyncGenerator<Uint8Array, undefined> {
      yield large(MEGABYTE);
      await eventually('the transaction has said nothing for long', idle, { timeout: 25_000 });
      yield content;
    };
    const ref = await store().put(slow());
    expect(ref.size).toBe(MEGABYTE + content.length);
    expect((await buffer(await store().get(ref))).equals(Buffer.concat([large(MEGABYTE), content]))).toBe(true);
  });

  it('keeps equal bytes once, and no parts that no blob has', async () => {
    await Promise.all(Array.from({ length: 5 }, () => store().put(large(2 * MEGABYTE))));
    expect(await rows()).toEqual([{ blobs: 1, parts: 2 }]);
    const gone = new Error('gone');
    await expect(store().put(Readable.from([content, Promise.reject(gone)]))).rejects.toBe(gone);
    expect(await rows()).toEqual([{ blobs: 1, parts: 2 }]);
  });

  it('tells of bytes that are not those that were stored', async () => {
    const ref = await store().put(large(2 * MEGABYTE));
    await rowlock.query('delete from $s.blob_part where part = 1');
    expect(await rejectionOf(buffer(await store().get(ref)))).toMatchObject({ code: 'BLOB_CORRUPT' });
  });
});

describe('FileBlobStore', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  beforeEach(async () => (folder = await makeTemporaryFolder()));
  afterEach(() => folder.remove());

  behavesAsBlobStore(() => new FileBlobStore(folder.path));

  it('makes its folder, and leaves one file for equal bytes', async () => {
    const store = new FileBlobStore(path.join(folder.path, 'not', 'there'));
    const hash = hashOf(content);
    await Promise.all(Array.from({ length: 5 }, () => store.put(content)));
    expect(await readdir(path.join(folder.path, 'not', 'there'))).toEqual([hash.slice(0, 2)]);
    expect(await readFile(path.join(folder.path, 'not', 'there', hash.slice(0, 2), hash))).toEqual(content);
  });

  it('tells of bytes that are not those that were stored', async () => {
    const store = new FileBlobStore(folder.path);
    const ref = await store.put(content);
    await writeFile(path.join(folder.path, ref.key.slice(0, 2), ref.key), 'others');
    expect(await rejectionOf(buffer(await store.get(ref)))).toMatchObject({ code: 'BLOB_CORRUPT' });
  });
});

describe('a reference', () => {
  class Page {
    @ValidateNested() @Type(() => BlobRef) page!: BlobRef;
  }

  const Fetch = defineHandler({
    name: 'fetch',
    payload: NoPayload,
    inject: [BlobStore],
    handle: (_, __, [blobs]) => blobs.put(large(3 * MEGABYTE), { type: 'text/html' }),
  });
  const Measure = defineHandler({
    name: 'measure',
    payload: Page,
    inject: [BlobStore],
    handle: async ({ page }, _, [blobs]) => (await buffer(await blobs.get(page))).length,
  });
  const TooMuch = defineHandler({ name: 'too-much', payload: NoPayload, handle: () => 'x'.repeat(MEGABYTE) });
  const sizes = pipeline('sizes', { input: NoPayload })
    .step('page', Fetch)
    .step('size', Measure, ({ page }) => ({ page }))
    .build();

  it('goes from step to step in the place of what is too large for a result', async () => {
    const { jobs } = await rowlock.application({ handlers: [Fetch, Measure], pipelines: [sizes] });
    const run = await jobs.start(sizes, {});
    expect(await run.result({ timeout: '20s' })).toBe(3 * MEGABYTE);
    const bad = { page: { key: 'k', size: -1, type: '', sha256: 'no' } };
    expect(await rejectionOf(jobs.enqueue(Measure, bad))).toMatchObject({
      code: 'PAYLOAD_INVALID',
      issues: [{ path: 'page.size' }, { path: 'page.type' }, { path: 'page.sha256' }],
    });
  });

  it('is what the error of a result that is too large asks for, and the job is kept as a dead letter', async () => {
    const { jobs } = await rowlock.application({ handlers: [TooMuch] });
    const handle = await jobs.enqueue(TooMuch, {});
    expect(await rejectionOf(handle.result({ timeout: '20s' }))).toMatchObject({
      code: 'JOB_DISCARDED',
      cause: {
        code: 'TOO_LARGE',
        message: expect.stringMatching(/is 1048578 bytes.* 1048576\. Keep it in a BlobStore/),
      },
    });
    expect(await handle.details()).toMatchObject({ state: 'discarded', attempt: 1 });
  });
});

describe('the store of a container', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  beforeAll(async () => (folder = await makeTemporaryFolder()));
  afterAll(() => folder.remove());

  it('is in the tables of its schema, or the one that it is given', async () => {
    const { dataSource, schema } = rowlock;
    const own = await createContainer({ dataSource, schema });
    const ref = await own.get(BlobStore).put(content);
    expect(await rowlock.value('select size::int from $s.blob where key = $1', [ref.key])).toBe(6);
    const blobs = new FileBlobStore(folder.path);
    expect((await createContainer({ dataSource, schema, blobs })).get(BlobStore)).toBe(blobs);
  });
});
