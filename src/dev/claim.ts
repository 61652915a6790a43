import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { publishFolder } from './publish-folder.js';

/** Where the supervisor of a folder listens. A claim holds for as long as it does; a dead one is simply outnumbered. */
export interface Claim {
  /** Counts the supervisors that the folder has had; the highest is the current one. */
  readonly generation: number;
  readonly pid: number;
  readonly port: number;
  /** Proves to the supervisor that the caller can read the folder. */
  readonly token: string;
}

/** The newest claim on a folder, whether its supervisor still lives or not. */
export async function readClaim(folder: string): Promise<Claim | undefined> {
  const newest = (await listGenerations(folder)).at(-1);
  if (newest === undefined) return undefined;
  try {
    return JSON.parse(await readFile(path.join(claimFolder(folder, newest), 'claim.json'), 'utf8')) as Claim;
  } catch (error) {
    // A newer supervisor has tidied it away between the two reads.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return readClaim(folder);
    throw error;
  }
}

/**
 * Takes the folder for a supervisor that already listens; `false` if another was first. Nobody ever removes the newest
 * claim, not even a dead one: taking over means publishing the next number, which exactly one of several succeeds in,
 * so that no lock file has to be judged stale and deleted.
 */
export async function publishClaim(folder: string, claim: Claim): Promise<boolean> {
  const { generation } = claim;
  const published = await publishFolder(claimFolder(folder, generation), (draft) =>
    writeFile(path.join(draft, 'claim.json'), JSON.stringify(claim), { mode: 0o600 }),
  );
  if (!published) return false;
  const generations = await listGenerations(folder);
  // We may have been so slow that the number had been used, outnumbered and tidied away.
  const isNewest = generations.at(-1) === generation;
  const outdated = isNewest ? generations.slice(0, -1) : [generation];
  for (const old of outdated) await rm(claimFolder(folder, old), { recursive: true, force: true });
  return isNewest;
}

function claimFolder(folder: string, generation: number): string {
  return path.join(folder, `supervisor-${generation}`);
}

async function listGenerations(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .map((name) => Number(/^supervisor-(\d+)$/.exec(name)?.[1]))
    .filter((generation) => !Number.isNaN(generation))
    .sort((a, b) => a - b);
}
