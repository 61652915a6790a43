import type { Producer } from '../child/producer.js';
import type { Worker } from '../child/worker.js';
import type { Member } from '../member.js';
import type { Stage } from '../stage.js';
import type { ProfileName } from './profile-names.js';
import type { ProfilePlan } from './profile-plan.js';

/** Work that is ready to be done. */
export interface Prepared {
  /** The process that is looked into. */
  readonly member: Member<Producer> | Member<Worker>;
  /** The workers among those that take part. */
  readonly crew: readonly Member<Worker>[];
  /** Does it. @returns how many of the unit were done */
  readonly work: () => Promise<number>;
}

/** Work that is looked into: what the process and the server do meanwhile. */
export interface Profile {
  readonly name: ProfileName;
  readonly title: string;
  /** What is done, in a sentence. */
  readonly about: string;
  /** What costs are told for a thousand of. */
  readonly unit: 'jobs' | 'pipelines';
  prepare(stage: Stage, plan: ProfilePlan): Promise<Prepared>;
}
