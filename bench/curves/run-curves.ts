import { now } from '../child/clock.js';
import type { Command } from '../command-line.js';
import { describeMachine } from '../report.js';
import { REPOSITORY } from '../repository.js';
import { Session } from '../session.js';
import { ALL_CURVES } from './all.js';
import { CurveBench } from './curve-bench.js';
import type { CurveName } from './curve-names.js';
import { CURVE_PLANS } from './curve-plan.js';
import type { CurveReport, CurveResult } from './curve-report.js';

/** Measures curves on a PostgreSQL of its own. */
export async function runCurves(
  { size }: Pick<Command, 'size'>,
  names: readonly CurveName[],
  progress: (line: string) => void,
): Promise<CurveReport> {
  const begun = now();
  const trial = size === 'trial';
  const session = await Session.open({ stores: new Set(), rowlockOf: () => REPOSITORY, progress, trial });
  const { measurer } = session;
  const bench = new CurveBench({ plan: CURVE_PLANS[size], measurer, progress });
  const curves = await session.run(async () => {
    const results: CurveResult[] = [];
    for (const curve of ALL_CURVES.filter(({ name }) => names.includes(name))) {
      const figures = await bench.measure(curve);
      const date = new Date().toISOString().slice(0, 10);
      const goals = curve.goals?.(figures) ?? [];
      const on = { machine: describeMachine(), versions: session.versions };
      results.push({ name: curve.name, size, date, ...on, figures, goals });
    }
    return results;
  });
  return {
    size,
    seconds: Math.round((now() - begun) / 1e3),
    settings: session.settings,
    curves,
    disturbed: measurer.disturbed,
    trial,
    goals: curves.flatMap(({ goals }) => goals),
  };
}
