import type { CurveResult } from '../curves/curve-report.js';
import type { ProfileResult } from '../profile/profile-report.js';
import type { Report } from '../report.js';
import { curveSection } from './curve-section.js';
import { profileSection } from './profile-section.js';
import { replaceSections } from './replace-sections.js';
import { workloadSections } from './workload-sections.js';

/** What the page is made of. */
export interface Saved {
  /** The last run of the workloads that was saved. */
  readonly workloads: Report | null;
  /** The last result of each curve that was saved. */
  readonly curves: readonly CurveResult[];
  /** What was seen last of each piece of work. */
  readonly profiles: readonly ProfileResult[];
}

/** The page with its figures, in place of those that it has. */
export function renderPage(page: string, { workloads, curves, profiles }: Saved): string {
  return replaceSections(page, {
    ...workloadSections(workloads),
    profiles: profileSection(profiles),
    curves: curveSection(curves),
  });
}
