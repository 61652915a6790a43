/** How much work each profile is made of. */
export interface ProfilePlan {
  /** Jobs and pipelines that each process works off before. */
  readonly warmUp: number;
  readonly singleSeconds: number;
  readonly bulkJobs: number;
  readonly jobs: number;
  readonly pipelines: number;
}

const USUAL: ProfilePlan = { warmUp: 10_000, singleSeconds: 3, bulkJobs: 100_000, jobs: 60_000, pipelines: 6_000 };

/** By the size that the command line asks for; a profile is a second or two of work at any. */
export const PROFILE_PLANS = {
  usual: USUAL,
  quick: USUAL,
  full: USUAL,
  trial: { warmUp: 1_000, singleSeconds: 0.3, bulkJobs: 2_000, jobs: 2_000, pipelines: 200 },
} satisfies Record<string, ProfilePlan>;
