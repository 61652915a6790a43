import { ALL_CURVES } from '../curves/all.js';
import { plotCurve } from '../curves/plot/plot-curve.js';
import { ALL_PROFILES } from '../profile/all.js';
import { flameGraph } from '../profile/flame-graph.js';
import type { ProfileResult } from '../profile/profile-report.js';
import { withResults } from '../with-results.js';
import { planFile } from './profile-section.js';
import type { Saved } from './render-page.js';

/** What the page shows and refers to, by the name of its file. */
export function filesBeside({ curves, profiles }: Pick<Saved, 'curves' | 'profiles'>): ReadonlyMap<string, string> {
  return new Map([
    ...withResults(ALL_CURVES, curves)
      .filter(([curve]) => curve.panels.length > 0)
      .map(([curve, { figures }]): [string, string] => [`${curve.name}.svg`, plotCurve(curve, figures)]),
    ...withResults(ALL_PROFILES, profiles).flatMap(([{ title }, result]) => filesOf(title, result)),
  ]);
}

function filesOf(title: string, { name, calls, plans }: ProfileResult): [string, string][] {
  return [
    [`profile-${name}.svg`, flameGraph(title, calls)],
    ...plans.map(({ statement, plan }): [string, string] => [planFile(name, statement), `${plan}\n`]),
  ];
}
