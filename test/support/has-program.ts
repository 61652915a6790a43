import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Whether the machine has a program; says so if it has not, so that a skipped test is not overlooked. */
export async function hasProgram(name: string): Promise<boolean> {
  const found = await promisify(execFile)('which', [name]).then(
    () => true,
    () => false,
  );
  if (!found) console.log(`skipped: this machine has no ${name} (apt install ${name})`);
  return found;
}
