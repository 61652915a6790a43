import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

/** What the peers with the highest demands ask for. */
const LEAST = [22, 18] as const;

/** A Node to run every system's processes with, the same for all so that libraries are compared and not runtimes. */
export function findNode(): { readonly path: string; readonly version: string } {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) {
    return { path: process.execPath, version: process.versions.node };
  }
  const name = `node-${process.platform}-${process.arch}`;
  let manifest: string;
  try {
    manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  } catch (error) {
    throw new Error(`The peers need Node ${LEAST.join('.')} or later, and ${name} is not installed.`, { cause: error });
  }
  const found = path.join(path.dirname(manifest), 'bin', 'node');
  return { path: found, version: execFileSync(found, ['--version'], { encoding: 'utf8' }).trim().slice(1) };
}
