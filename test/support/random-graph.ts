import type { Random } from './random.js';

/** What a step's job does; `lose`: fails the first time. `throw`: its callback does, before there is a job. */
export type Fate = 'work' | 'lose' | 'discard' | 'cancel' | 'throw';

/** A step of a pipeline that was made at random. */
export interface GraphStep {
  readonly name: string;
  readonly kind: 'one' | 'each' | 'sleep' | 'signal';
  readonly after: readonly string[];
  readonly afterSkipped: 'run' | 'skip';
  readonly conditional: boolean;
  /** Of the job, or of each item; `fail` for what has no handler. */
  readonly policy: 'fail' | 'skip' | { readonly substitute: { readonly n: number } };
  readonly undone: boolean;
  /** Of a fan-out; null: none. */
  readonly concurrency: number | null;
}

export interface Graph {
  readonly name: string;
  readonly steps: readonly GraphStep[];
}

/** What is to happen in a run, by the names of steps. */
export interface Script {
  /** Of the job, or of the first item. */
  readonly fates: Readonly<Record<string, Fate>>;
  /** Answers of conditions; a step without one runs. */
  readonly answers: Readonly<Record<string, boolean>>;
  /** Items of fan-outs. */
  readonly items: Readonly<Record<string, number>>;
}

/** The names of a pipeline's steps of a kind. */
export const namesOf = ({ steps }: Graph, kind: GraphStep['kind']): string[] =>
  steps.filter((step) => step.kind === kind).map(({ name }) => name);

/** A pipeline of up to that many steps. Most edges are short, as in pipelines that people write. */
export function randomGraph(random: Random, name: string, maxSteps: number): Graph {
  const steps: GraphStep[] = [];
  const count = 1 + random.below(maxSteps);
  for (let at = 0; at < count; at++) {
    const kind = kindOf(random);
    const waits = kind === 'sleep' || kind === 'signal';
    steps.push({
      name: `s${at}`,
      kind,
      after: afterOf(random, steps),
      afterSkipped: random.next() < 0.3 ? 'skip' : 'run',
      conditional: random.next() < 0.25,
      policy: waits ? 'fail' : policyOf(random),
      undone: !waits && random.next() < 0.5,
      concurrency: kind === 'each' && random.next() < 0.5 ? 1 + random.below(2) : null,
    });
  }
  return { name, steps };
}

function kindOf(random: Random): GraphStep['kind'] {
  const draw = random.next();
  if (draw < 0.25) return 'each';
  if (draw < 0.32) return 'sleep';
  return draw < 0.4 ? 'signal' : 'one';
}

function afterOf(random: Random, earlier: readonly GraphStep[]): string[] {
  if (earlier.length === 0 || random.next() < 0.1) return [];
  const near = earlier.slice(-6);
  return random.some(random.next() < 0.8 ? near : earlier, 1 + random.below(3)).map(({ name }) => name);
}

function policyOf(random: Random): GraphStep['policy'] {
  const draw = random.next();
  if (draw < 0.3) return 'skip';
  return draw < 0.6 ? { substitute: { n: random.below(100) } } : 'fail';
}

/** What happens in a run of it. In most runs nothing fails that must not. */
export function randomScript(random: Random, { steps }: Graph): Script {
  const harmless = random.next() < 0.6;
  const fate = ({ kind, policy }: GraphStep): Fate => {
    const draw = random.next();
    if (kind === 'sleep' || kind === 'signal') return 'work';
    if (draw < 0.1) return 'lose';
    if (draw > 0.3 || (harmless && policy === 'fail')) return 'work';
    return draw < 0.2 ? 'discard' : draw < 0.29 || harmless ? 'cancel' : 'throw';
  };
  return {
    fates: Object.fromEntries(steps.map((step) => [step.name, fate(step)])),
    answers: Object.fromEntries(steps.map(({ name }) => [name, random.next() < 0.6])),
    items: Object.fromEntries(steps.map(({ name }) => [name, random.below(4)])),
  };
}
