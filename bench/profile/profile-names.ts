/** The profiles, as `--only` takes them, in the order in which they are made. */
export const PROFILES = ['singles', 'bulk', 'drain', 'pipelines'] as const;
export type ProfileName = (typeof PROFILES)[number];
