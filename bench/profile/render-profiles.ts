import { align } from '../align.js';
import { withResults } from '../with-results.js';
import { ALL_PROFILES } from './all.js';
import type { Profile } from './profile.js';
import type { ProfileReport, ProfileResult } from './profile-report.js';
import { originTable, statementTable } from './tables-of.js';

/** The report for people. */
export function renderProfiles({ profiles, trial, disturbed }: ProfileReport): string {
  const parts = withResults(ALL_PROFILES, profiles).map(([profile, result]) => render(profile, result));
  if (trial) parts.push(`A trial: others disturbed ${disturbed} measures, and no figure counts.`);
  return parts.join('\n');
}

function render({ title, unit }: Profile, result: ProfileResult): string {
  const tables = [originTable(result, unit), statementTable(result, unit)];
  return [`\n${title}`, ...tables.map(align)].join('\n\n');
}
