import { ALL_PROFILES } from '../profile/all.js';
import type { Profile } from '../profile/profile.js';
import type { ProfileResult } from '../profile/profile-report.js';
import { originTable, statementTable } from '../profile/tables-of.js';
import { withResults } from '../with-results.js';
import { markdownTable } from './markdown-table.js';
import { describeMachine } from './workload-sections.js';

/** The part of the page on where the time goes. */
export function profileSection(results: readonly ProfileResult[]): string {
  if (results.length === 0) return 'No run has been saved yet: `npm run bench -- --profile --save`.';
  return withResults(ALL_PROFILES, results)
    .map(([profile, result]) => describe(profile, result))
    .join('\n\n');
}

/** Where a profile's plan of a statement is kept, beside the pictures. */
export const planFile = (profile: string, statement: string): string => `plan-${profile}-${statement}.txt`;

function describe({ title, about, unit, name }: Profile, result: ProfileResult): string {
  const { plans, count, date } = result;
  const links = plans.map(({ statement }) => `[${statement}](benchmarks/${planFile(name, statement)})`);
  const parts = [
    `### ${title}`,
    `${about} ${count.toLocaleString('en')} ${unit}.`,
    `![${title}: a flame graph](benchmarks/profile-${name}.svg)`,
    markdownTable(originTable(result, unit)),
    markdownTable(statementTable(result, unit)),
  ];
  if (links.length > 0) parts.push(`How the server carries them out, as auto_explain has it: ${links.join(', ')}.`);
  parts.push(`<sub>${date}: ${describeMachine(result)}</sub>`);
  return parts.join('\n\n');
}
