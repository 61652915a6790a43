import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isAlive } from '../../support/processes.js';

/**
 * The processes that descend from a program, whoever their parent is by now: they have its environment, which carries a
 * mark; or they work in a folder of its own, as PostgreSQL does, which writes over its environment. Needs /proc.
 */
export function processesOf(mark: string, folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isAlive(Number(name)))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        const isOurs = environment.includes(mark) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
        return isOurs ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`] : [];
      } catch {
        return []; // of another account, or ended meanwhile
      }
    });
}
