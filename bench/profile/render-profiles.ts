import { align } from '../align.js';
import { ALL_PROFILES } from './all.js';
import type { ProfileReport, ProfileResult } from './profile-report.js';
import { originTable, statementTable } from './tables-of.js';

/** The report for people. */
export function renderProfiles({ profiles, trial, disturbed }: ProfileReport): string {
  const parts = profiles.map(render);
  if (trial) parts.push(`A trial: others disturbed ${disturbed} measures, and no figure counts.`);
  return parts.join('\n');
}

function render(result: ProfileResult): string {
  const profile = ALL_PROFILES.find(({ name }) => name === result.name);
  const unit = profile?.unit ?? 'jobs';
  const tables = [originTable(result, unit), statementTable(result, unit)];
  return [`\n${profile?.title ?? result.name}`, ...tables.map(align)].join('\n\n');
}
