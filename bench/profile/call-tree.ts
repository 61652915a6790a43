import type { Profiler } from 'node:inspector/promises';

/** A function and those that it called, with the time that the process was seen in it. */
export interface Frame {
  readonly name: string;
  /** A package, `rowlock`, `node`, or what V8 does by itself. */
  readonly origin: string;
  /** In the function and in all that it called. */
  readonly milliseconds: number;
  /** The dearest first. */
  readonly children: readonly Frame[];
}

/** What is seen of a function that is called from several places, before the dear ones are kept. */
interface Growing {
  readonly name: string;
  readonly origin: string;
  self: number;
  readonly children: Map<string, Growing>;
}

/** What a process does while it waits, and what it does to be looked into. */
const UNSEEN: readonly string[] = ['(idle)', 'beginSampling', 'endSampling'];

/**
 * What a process did, as a tree of calls. What it did while it waited is left out, and what was seen for less than
 * `share` of the time is left to who called it.
 */
export function callTree(profile: Profiler.Profile, share: number): Frame {
  const root = grow(profile);
  return keep(root, total(root) * share);
}

/** How many milliseconds the process was seen in functions of each origin, the most first. */
export function timeByOrigin(
  profile: Profiler.Profile,
): readonly { readonly origin: string; readonly milliseconds: number }[] {
  const times = new Map<string, number>();
  const visit = (frame: Growing): void => {
    times.set(frame.origin, (times.get(frame.origin) ?? 0) + frame.self);
    for (const child of frame.children.values()) visit(child);
  };
  visit(grow(profile));
  return [...times]
    .map(([origin, milliseconds]) => ({ origin, milliseconds }))
    .filter(({ milliseconds }) => milliseconds > 0)
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

function grow({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Growing {
  const self = new Map<number, number>();
  samples.forEach((id, index) => self.set(id, (self.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1e3));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const root: Growing = { name: 'all', origin: 'node', self: 0, children: new Map() };
  const visit = (node: Profiler.ProfileNode, parent: Growing): void => {
    if (UNSEEN.includes(node.callFrame.functionName)) return;
    const own = { name: node.callFrame.functionName || '(anonymous)', origin: originOf(node.callFrame) };
    let frame = parent.children.get(keyOf(own));
    if (!frame) parent.children.set(keyOf(own), (frame = { ...own, self: 0, children: new Map() }));
    frame.self += self.get(node.id) ?? 0;
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) visit(child, frame);
    }
  };
  const [first] = nodes;
  for (const id of first?.children ?? []) {
    const child = byId.get(id);
    if (child) visit(child, root);
  }
  return root;
}

const keyOf = ({ name, origin }: { readonly name: string; readonly origin: string }): string => `${origin} ${name}`;

const total = (frame: Growing): number =>
  [...frame.children.values()].reduce((sum, child) => sum + total(child), frame.self);

/** What is seen less than that is left to who called it. */
function keep(frame: Growing, least: number): Frame {
  const children = [...frame.children.values()]
    .filter((child) => total(child) >= least)
    .map((child) => keep(child, least))
    .sort((a, b) => b.milliseconds - a.milliseconds);
  return { name: frame.name, origin: frame.origin, milliseconds: total(frame), children };
}

/** V8 names what it does by itself in brackets, such as `(garbage collector)`. */
function originOf({ functionName, url }: Pick<Profiler.ProfileNode['callFrame'], 'functionName' | 'url'>): string {
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (functionName === '(program)') return 'system calls and native code';
  const [, packageName] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  if (packageName) return packageName;
  if (url.includes('/bench/dist/')) return 'the bench';
  return url.startsWith('file:') ? 'rowlock' : 'node';
}
