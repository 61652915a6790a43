import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DefinitionError } from '../core/errors.js';

/** Values of options by their names, such as `probe-port`. */
export type Settings = Readonly<Record<string, unknown>>;

/** Every option that may be set outside of the command line, and the commands that know it are left to say. */
const SETTABLE = [
  'schema',
  'database-url',
  'config',
  'queues',
  'concurrency',
  'handlers',
  'lease',
  'shutdown-timeout',
  'probe-port',
  'probe-host',
  'statement-timeout',
  'settle-time',
  'examples',
];

/**
 * Options that are set by ROWLOCK_* variables, else by the key `rowlock` of the package.json in a folder: `--probe-port`
 * is `ROWLOCK_PROBE_PORT` there and `probePort` here.
 * @throws DefinitionError `OPTION_INVALID` naming a key that is none
 */
export async function readSettings(folder: string, environment: NodeJS.ProcessEnv): Promise<Settings> {
  const fromPackage = await packageSettings(path.join(folder, 'package.json'));
  const settings: Record<string, unknown> = {};
  for (const name of SETTABLE) {
    const variable = environment[`ROWLOCK_${name.replaceAll('-', '_').toUpperCase()}`];
    const value = variable ? variable : fromPackage[camelCase(name)];
    if (value !== undefined) settings[name] = value;
  }
  return settings;
}

async function packageSettings(file: string): Promise<Settings> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const { rowlock = {} } = parsed(file, text);
  const known = SETTABLE.map(camelCase);
  for (const [key, value] of Object.entries(rowlock)) {
    if (!known.includes(key)) throw invalid(file, `has no setting "${key}". There are: ${known.join(', ')}.`);
    if (!['string', 'number'].includes(typeof value)) throw invalid(file, `"${key}" must be a string or a number.`);
  }
  return rowlock;
}

function parsed(file: string, text: string): { readonly rowlock?: Settings } {
  try {
    return JSON.parse(text) as { rowlock?: Settings };
  } catch (cause) {
    throw new DefinitionError('OPTION_INVALID', `${file} is no JSON: ${(cause as Error).message}. Mend it.`);
  }
}

function invalid(file: string, problem: string): DefinitionError {
  return new DefinitionError('OPTION_INVALID', `The key "rowlock" of ${file}: ${problem}`);
}

function camelCase(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
