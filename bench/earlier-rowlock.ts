import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Rowlock as it was at another commit, built in a folder of its own. */
export interface EarlierRowlock {
  readonly folder: string;
  /** Such as `8afbd3e`. */
  readonly commit: string;
  /** May be called again. */
  remove(): void;
}

/** @param repository a checkout with node_modules, which the other commit shares */
export function buildEarlier(repository: string, reference: string): EarlierRowlock {
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  const commit = git('rev-parse', '--short', `${reference}^{commit}`);
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'rowlock-bench-')), commit);
  git('worktree', 'add', '--quiet', '--detach', folder, commit);
  let removed = false;
  const remove = (): void => {
    if (removed) return;
    removed = true;
    git('worktree', 'remove', '--force', folder);
    rmSync(path.dirname(folder), { recursive: true, force: true });
  };
  try {
    symlinkSync(path.join(repository, 'node_modules'), path.join(folder, 'node_modules'));
    const tsc = path.join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
    // Its reports go to standard error: standard output is the report's.
    execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: folder, stdio: ['ignore', 2, 2] });
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, commit, remove };
}
