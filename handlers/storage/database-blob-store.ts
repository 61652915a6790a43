import type { DataSource } from 'typeorm';
import { StoredBlob } from '../../entities/blob.js';
import type { BlobStore, BlobContent } from './blob-store.js';
import { sha256 } from './sha256.js';

/**
 * Blobs in the table `blob` of the application's database: backed up with everything else. For many gigabytes a file
 * system or an object store is the better place.
 */
export class DatabaseBlobStore implements BlobStore {
  constructor(private readonly dataSource: DataSource) {}

  async put(content: Buffer, contentType: string): Promise<string> {
    const hash = sha256(content);
    const blobs = this.dataSource.getRepository(StoredBlob);
    if (await blobs.existsBy({ sha256: hash })) return hash; // spares sending the bytes
    await blobs
      .createQueryBuilder()
      .insert()
      .values({ sha256: hash, contentType, size: content.length, content })
      .orIgnore()
      .updateEntity(false)
      .execute();
    return hash;
  }

  async get(hash: string): Promise<BlobContent | undefined> {
    const blob = await this.dataSource.getRepository(StoredBlob).findOneBy({ sha256: hash });
    return blob ? { content: blob.content, contentType: blob.contentType } : undefined;
  }
}
