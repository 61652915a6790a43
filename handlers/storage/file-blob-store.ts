import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore, BlobContent } from './blob-store.js';
import { sha256 } from './sha256.js';

/** Blobs as files: `<folder>/ab/abcdef….blob`, and the content type beside it. Several workers may share the folder. */
export class FileBlobStore implements BlobStore {
  constructor(private readonly folder: string) {}

  async put(content: Buffer, contentType: string): Promise<string> {
    const hash = sha256(content);
    const { folder, data, type } = this.paths(hash);
    if (await exists(data)) return hash;
    await mkdir(folder, { recursive: true });
    await writeWhole(type, contentType);
    await writeWhole(data, content); // last: whoever sees it finds the type too
    return hash;
  }

  async get(hash: string): Promise<BlobContent | undefined> {
    if (!/^[0-9a-f]{64}$/.test(hash)) return undefined; // never let a caller name a path
    const { data, type } = this.paths(hash);
    if (!(await exists(data))) return undefined;
    return { content: await readFile(data), contentType: await readFile(type, 'utf8') };
  }

  private paths(hash: string) {
    const folder = join(this.folder, hash.slice(0, 2));
    return { folder, data: join(folder, `${hash}.blob`), type: join(folder, `${hash}.type`) };
  }
}

/** Renaming is atomic: a crash or a second writer never leaves half a file under the final name. */
async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content);
  await rename(draft, path);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
