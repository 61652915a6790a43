import { execFileSync } from 'node:child_process';

/**
 * The commit that is measured, such as `8afbd3e`, with a `+` if files differ from it.
 * @param repository a checkout; what is none, as an unpacked archive, is `unknown`
 */
export function rowlockCommit(repository: string): string {
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'entities', 'migrations');
    return git('rev-parse', '--short', 'HEAD') + (changed === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}
