import { mkdtemp, rename, rm } from 'node:fs/promises';

/**
 * Fills a folder under a temporary name beside `target` and then renames it: others see it whole or not at all, and of
 * several who try at once exactly one is told `true`. `target` must not end empty, or the next one replaces it.
 */
export async function publishFolder(target: string, fill: (folder: string) => Promise<void>): Promise<boolean> {
  const draft = await mkdtemp(`${target}.`);
  try {
    await fill(draft);
    await rename(draft, target);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (isTaken(error)) return false;
    throw error;
  }
}

function isTaken(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  // Windows answers EPERM where POSIX says that the folder is there and not empty.
  return code === 'ENOTEMPTY' || code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32');
}
