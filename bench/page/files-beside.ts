import { ALL_CURVES } from '../curves/all.js';
import type { CurveResult } from '../curves/curve-report.js';
import { plotCurve } from '../curves/plot/plot-curve.js';
import { ALL_PROFILES } from '../profile/all.js';
import { flameGraph } from '../profile/flame-graph.js';
import type { ProfileResult } from '../profile/profile-report.js';
import { planFile } from './profile-section.js';
import type { Saved } from './render-page.js';

/** What the page shows and refers to, by the name of its file. */
export function filesBeside({ curves, profiles }: Pick<Saved, 'curves' | 'profiles'>): ReadonlyMap<string, string> {
  return new Map([...pictures(curves), ...profiles.flatMap(filesOf)]);
}

function pictures(results: readonly CurveResult[]): [string, string][] {
  return ALL_CURVES.flatMap((curve) => {
    const result = results.find(({ name }) => name === curve.name);
    if (!result || curve.panels.length === 0) return [];
    return [[`${curve.name}.svg`, plotCurve(curve, result.figures)]];
  });
}

function filesOf({ name, calls, plans }: ProfileResult): [string, string][] {
  const title = ALL_PROFILES.find((profile) => profile.name === name)?.title ?? name;
  return [
    [`profile-${name}.svg`, flameGraph(title, calls)],
    ...plans.map(({ statement, plan }): [string, string] => [planFile(name, statement), `${plan}\n`]),
  ];
}
