import { chmod, mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openCacheFolder, openFolder } from '../../src/dev/cluster-folder.js';
import type { ServerAccount } from '../../src/dev/server-account.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

/** An account that owns nothing, as a server's does before it is given its data folder. */
const stranger: ServerAccount = { uid: 64_999, gid: 64_999 };

describe('the folder of a development server', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  const configured = process.env['XDG_CACHE_HOME'];

  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    process.env['XDG_CACHE_HOME'] = path.join(folder.path, 'cache');
  });

  afterEach(async () => {
    if (configured === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = configured;
    await folder.remove();
  });

  it('is in the cache, closed to others', async () => {
    const opened = await openCacheFolder(undefined);
    expect(opened).toBe(path.join(folder.path, 'cache', 'rowlock'));
    expect((await stat(opened)).mode & 0o777).toBe(0o700);
  });

  it("can be passed, not read, by the server's account", async () => {
    expect((await stat(await openCacheFolder(stranger))).mode & 0o777).toBe(0o711);
  });

  it("is a temporary one where the cache is closed to the server's account, or cannot be written", async () => {
    await mkdir(path.join(folder.path, 'cache'), { mode: 0o700 });
    expect(path.dirname(await openCacheFolder(stranger))).toBe(tmpdir());
    process.env['XDG_CACHE_HOME'] = '/dev/null/cache';
    expect(path.dirname(await openCacheFolder(undefined))).toBe(tmpdir());
  });

  it('is refused when it is closed to the account', async () => {
    await mkdir(path.join(folder.path, 'closed'), { mode: 0o700 });
    await expect(openFolder(path.join(folder.path, 'closed', 'data'), stranger)).rejects.toMatchObject({
      code: 'POSTGRES_FOLDER_UNREACHABLE',
      message: expect.stringContaining('64999'),
    });
  });

  it('is refused when anybody may write to it', async () => {
    await chmod(folder.path, 0o777);
    await expect(openFolder(folder.path, undefined)).rejects.toMatchObject({ code: 'POSTGRES_FOLDER_UNREACHABLE' });
  });
});
