import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DatabaseBlobStore,
  FileBlobStore,
  handlerEntities,
  handlerMigrations,
  StoredBlob,
  type BlobStore,
} from '../../handlers/index.js';
import { createTestSchema, type TestSchema } from '../support/database.js';

const content = Buffer.from([0, 1, 2, 0xff, 0xfe, 0]);
const hash = createHash('sha256').update(content).digest('hex');

/** What every BlobStore keeps to. */
function behavesAsBlobStore(store: () => BlobStore): void {
  it('gives back the bytes and their type under the hash of the bytes', async () => {
    expect(await store().put(content, 'image/webp')).toBe(hash);
    expect(await store().get(hash)).toEqual({ content, contentType: 'image/webp' });
  });

  it('takes the same bytes again, ten times at once', async () => {
    const hashes = await Promise.all(Array.from({ length: 10 }, () => store().put(content, 'image/webp')));
    expect(new Set(hashes)).toEqual(new Set([hash]));
    expect(await store().get(hash)).toEqual({ content, contentType: 'image/webp' });
  });

  it('holds nothing and a megabyte alike', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(1_048_576, 'x')]) {
      expect((await store().get(await store().put(bytes, 'text/plain')))?.content.equals(bytes)).toBe(true);
    }
  });

  it.each(['0'.repeat(64), '', '../../etc/passwd', `${'0'.repeat(63)}/`])('has nothing under %p', async (unknown) => {
    expect(await store().get(unknown)).toBeUndefined();
  });
}

describe('DatabaseBlobStore', () => {
  let schema: TestSchema;
  let store: DatabaseBlobStore;
  let count: () => Promise<number>;

  beforeEach(async () => {
    schema = await createTestSchema();
    const dataSource = await schema.open({ entities: [...handlerEntities], migrations: [...handlerMigrations] });
    await dataSource.runMigrations();
    store = new DatabaseBlobStore(dataSource);
    count = () => dataSource.getRepository(StoredBlob).count();
  });
  afterEach(() => schema.drop());

  behavesAsBlobStore(() => store);

  it('keeps one row for equal bytes', async () => {
    await Promise.all(Array.from({ length: 5 }, () => store.put(content, 'image/webp')));
    await store.put(content, 'image/png');
    expect(await count()).toBe(1);
    expect((await store.get(hash))?.contentType).toBe('image/webp');
  });
});

describe('FileBlobStore', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'blobs-'))));
  afterEach(() => rm(folder, { recursive: true }));

  behavesAsBlobStore(() => new FileBlobStore(folder));

  it('makes its folder, and leaves two files for equal bytes', async () => {
    const store = new FileBlobStore(join(folder, 'not', 'there'));
    await Promise.all(Array.from({ length: 5 }, () => store.put(content, 'image/webp')));
    expect((await readdir(join(folder, 'not', 'there', hash.slice(0, 2)))).sort()).toEqual([
      `${hash}.blob`,
      `${hash}.type`,
    ]);
  });
});
