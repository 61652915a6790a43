import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { publishClaim, readClaim, type Claim } from '../../src/dev/claim.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

describe('a claim on a folder', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;

  beforeEach(async () => {
    folder = await makeTemporaryFolder();
  });

  afterEach(() => folder.remove());

  const claim = (generation: number, port: number): Claim => ({ generation, pid: 1, port, token: 'secret' });

  it('is nobody’s at first', async () => {
    expect(await readClaim(folder.path)).toBeUndefined();
  });

  it('is won by exactly one of many, whose claim the others read', async () => {
    const ports = Array.from({ length: 20 }, (_, index) => 1000 + index);
    const won = await Promise.all(ports.map((port) => publishClaim(folder.path, claim(1, port))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await readClaim(folder.path)).toEqual(claim(1, ports[won.indexOf(true)] ?? 0));
  });

  it('is outnumbered by the next, which tidies up', async () => {
    await publishClaim(folder.path, claim(9, 1));
    await publishClaim(folder.path, claim(10, 2));
    expect(await readClaim(folder.path)).toEqual(claim(10, 2));
    expect(await readdir(folder.path)).toEqual(['supervisor-10']);
  });

  it('is lost by whoever comes with a number that is past', async () => {
    await publishClaim(folder.path, claim(2, 1));
    expect(await publishClaim(folder.path, claim(1, 2))).toBe(false);
    expect(await readClaim(folder.path)).toEqual(claim(2, 1));
  });
});
