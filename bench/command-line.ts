import yargs from 'yargs';
import { CURVES, type CurveName } from './curves/curve-names.js';
import { PROFILES, type ProfileName } from './profile/profile-names.js';
import { SYSTEMS, WORKLOADS, type WorkloadName } from './systems.js';

/** What the command line asks for. */
export interface Command {
  readonly size: 'usual' | 'quick' | 'full' | 'trial';
  /** What is measured beside the peers. */
  readonly workloads: readonly WorkloadName[];
  /** Null: the workloads are measured; otherwise these curves, of Rowlock alone. */
  readonly curves: readonly CurveName[] | null;
  /** Null: as above; otherwise Rowlock is looked into while it does this. */
  readonly profiles: readonly ProfileName[] | null;
  /** Null: all that the size measures. */
  readonly peers: readonly string[] | null;
  readonly json: boolean;
  /** A git reference to compare with. */
  readonly against: string | null;
  /** The folder whose page and figures the run becomes; null: none. */
  readonly save: string | null;
  /** The folder whose page and pictures are made from the figures that it has, without measuring; null: none. */
  readonly redraw: string | null;
}

const PEERS = SYSTEMS.filter(({ kind }) => kind === 'queue' || kind === 'workflow').map(({ name }) => name);
const DOCS = 'docs';

/** Reads it; ends the process after `--help` and after what it does not understand. */
export function readCommand(words: readonly string[]): Command {
  const { quick, full, only, peers, against, json, trial, curves, profile, save, redraw } = parse(words);
  if (trial && save === '') throw new Error(`A trial is not saved to ${DOCS}: its figures do not count.`);
  if (save !== undefined && !curves && !profile && (only ?? peers) !== undefined) {
    throw new Error('Workloads are saved as one whole run, without --only and --peers: ratios hold within a run.');
  }
  return {
    size: trial ? 'trial' : quick ? 'quick' : full ? 'full' : 'usual',
    workloads: curves || profile ? [] : choose(only, WORKLOADS),
    curves: curves ? choose(only, CURVES) : null,
    profiles: profile ? choose(only, PROFILES) : null,
    peers: peers === undefined ? null : list(peers === 'none' ? '' : peers, PEERS, '--peers'),
    json,
    against: against ?? null,
    save: save === '' ? DOCS : (save ?? null),
    redraw: redraw === '' ? DOCS : (redraw ?? null),
  };
}

function parse(words: readonly string[]) {
  return yargs([...words])
    .scriptName('npm run bench --')
    .usage('Measures Rowlock beside its peers, on servers of its own, and judges the goals.')
    .option('quick', { type: 'boolean', describe: 'about two minutes, one repetition, smaller' })
    .option('full', {
      type: 'boolean',
      describe: 'three repetitions, larger, every peer in everything: about three hours',
    })
    .option('only', {
      type: 'string',
      describe: `workloads, such as w2,w6 (of ${WORKLOADS.join(', ')}); curves (of ${CURVES.join(', ')}); or profiles (of ${PROFILES.join(', ')})`,
    })
    .option('peers', { type: 'string', describe: `peers, of ${PEERS.join(', ')}; "none" for none` })
    .option('against', { type: 'string', describe: 'a git reference: measure its Rowlock beside this one' })
    .option('curves', {
      type: 'boolean',
      describe: 'instead: how the cost of Rowlock alone grows; 10 minutes, --quick 3, --full 25',
    })
    .option('profile', {
      type: 'boolean',
      describe: "instead: where Rowlock's time goes, in its process and in the server; a minute",
    })
    .option('json', { type: 'boolean', default: false, describe: 'the report as one object, on standard output' })
    .option('save', { type: 'string', describe: `make it the page and the pictures in a folder (${DOCS} by default)` })
    .option('redraw', { type: 'string', describe: 'measure nothing: make those from the figures that they have' })
    .option('trial', { type: 'boolean', describe: 'very small, and goes on under other load: to see that all works' })
    .conflicts({ quick: ['full', 'trial'], full: 'trial', curves: ['peers', 'against', 'profile'], save: 'against' })
    .conflicts('profile', ['peers', 'against', 'quick', 'full'])
    .conflicts('redraw', ['quick', 'full', 'trial', 'only', 'peers', 'against', 'curves', 'profile', 'save'])
    .strict()
    .version(false)
    .parseSync();
}

function choose<Name extends string>(only: string | undefined, known: readonly Name[]): readonly Name[] {
  return only === undefined ? known : (list(only, known, '--only') as Name[]);
}

function list(text: string, known: readonly string[], option: string): string[] {
  const names = text.split(',').filter(Boolean);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${option} knows no ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  return names;
}
