import yargs from 'yargs';
import { SYSTEMS, WORKLOADS, type WorkloadName } from './systems.js';

/** What the command line asks for. */
export interface Command {
  readonly size: 'usual' | 'quick' | 'full' | 'trial';
  readonly only: readonly WorkloadName[];
  /** Null: all that the size measures. */
  readonly peers: readonly string[] | null;
  readonly json: boolean;
  /** A git reference to compare with. */
  readonly against: string | null;
}

const PEERS = SYSTEMS.filter(({ kind }) => kind === 'queue' || kind === 'workflow').map(({ name }) => name);

/** Reads it; ends the process after `--help` and after what it does not understand. */
export function readCommand(words: readonly string[]): Command {
  const values = yargs([...words])
    .scriptName('npm run bench --')
    .usage('Measures Rowlock beside its peers, on servers of its own, and judges the goals.')
    .option('quick', { type: 'boolean', describe: 'about two minutes, one repetition, smaller' })
    .option('full', {
      type: 'boolean',
      describe: 'three repetitions, larger, every peer in everything',
    })
    .option('only', { type: 'string', describe: `workloads, such as w2,w6 (of ${WORKLOADS.join(', ')})` })
    .option('peers', { type: 'string', describe: `peers, of ${PEERS.join(', ')}; "none" for none` })
    .option('against', { type: 'string', describe: 'a git reference: measure its Rowlock beside this one' })
    .option('json', { type: 'boolean', default: false, describe: 'the report as one object, on standard output' })
    .option('trial', { type: 'boolean', describe: 'very small, and goes on under other load: to see that all works' })
    .conflicts({ quick: ['full', 'trial'], full: 'trial' })
    .strict()
    .version(false)
    .parseSync();
  const { quick, full, only, peers, against, json, trial } = values;
  return {
    size: trial ? 'trial' : quick ? 'quick' : full ? 'full' : 'usual',
    only: only === undefined ? WORKLOADS : (list(only, WORKLOADS, '--only') as WorkloadName[]),
    peers: peers === undefined ? null : list(peers === 'none' ? '' : peers, PEERS, '--peers'),
    json,
    against: against ?? null,
  };
}

function list(text: string, known: readonly string[], option: string): string[] {
  const names = text.split(',').filter(Boolean);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${option} knows no ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  return names;
}
