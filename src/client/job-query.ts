import type { HandlerClass } from '../core/handler-class.js';
import { DefinitionError } from '../core/errors.js';
import type { JobState } from '../core/job-state.js';
import { isFinal, JOB_STATES } from '../core/job-state.js';
import { handlerDefinition } from '../registry/handler-definition.js';
import type { Database } from '../repositories/database.js';
import type { ListFilter } from '../repositories/sql/list-jobs.js';
import { listJobs } from '../repositories/sql/list-jobs.js';
import type { JobDetails } from './job-details.js';
import { jobDetails } from './job-details.js';
import type { PageOptions } from './page-options.js';
import { checkedPage, checkIdOption } from './page-options.js';

/** Which jobs are meant; every condition given must hold. */
export interface JobFilter {
  readonly state?: JobState;
  readonly states?: readonly JobState[];
  /** True: every state that is not final. */
  readonly unfinished?: boolean;
  /** A handler class, or the name of one. */
  readonly name?: string | HandlerClass;
  readonly queue?: string;
  readonly tag?: string;
  /** The id of a pipeline run. */
  readonly run?: string;
  readonly createdBefore?: Date;
  readonly createdAfter?: Date;
}

export interface JobPage {
  readonly jobs: readonly JobDetails[];
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
}

const EACH_PAGE = 500;

/** Finds jobs by what they are. */
export class JobQuery {
  constructor(private readonly database: Database) {}

  /** @throws DefinitionError `OPTION_INVALID` */
  async list(filter: JobFilter, page: PageOptions): Promise<JobPage> {
    const { limit, after } = checkedPage(page);
    checkIdOption('run', filter.run, 'the id of a run');
    const { statement, conditions } = listJobs(listFilter(filter));
    const rows = await this.database.run(statement, [limit + 1, after, ...conditions]);
    const jobs = rows.slice(0, limit).map(jobDetails);
    return { jobs, next: rows.length > limit ? (jobs.at(-1)?.id ?? null) : null };
  }

  /** Does something to every job that the filter finds, a page of ids at a time, and adds up the numbers it gives. */
  async eachPage<Counts extends Record<string, number>>(
    filter: JobFilter,
    work: (ids: readonly string[]) => Promise<Counts>,
  ): Promise<Counts> {
    let total: Record<string, number> | undefined;
    let after: string | null = null;
    do {
      const page: JobPage = await this.list(filter, { limit: EACH_PAGE, after });
      const counts: Counts = await work(page.jobs.map(({ id }) => id));
      total = Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, (total?.[key] ?? 0) + count]));
      after = page.next;
    } while (after !== null);
    return total as Counts;
  }
}

function listFilter({
  state,
  states,
  unfinished,
  name,
  queue,
  tag,
  run,
  createdBefore,
  createdAfter,
}: JobFilter): ListFilter {
  const wanted = state ? [state] : (states ?? (unfinished ? unfinishedStates : undefined));
  for (const each of wanted ?? []) {
    if (!(each in JOB_STATES)) {
      throw new DefinitionError(
        'OPTION_INVALID',
        `"${each}" is no state of a job; there are ${Object.keys(JOB_STATES).join(', ')}.`,
      );
    }
  }
  return {
    ...(wanted ? { states: wanted } : {}),
    ...(name !== undefined ? { names: [typeof name === 'string' ? name : handlerDefinition(name).name] } : {}),
    ...(queue !== undefined ? { queues: [queue] } : {}),
    ...(tag !== undefined ? { tag } : {}),
    ...(run !== undefined ? { runId: run } : {}),
    ...(createdBefore ? { createdBefore: createdBefore.getTime() } : {}),
    ...(createdAfter ? { createdAfter: createdAfter.getTime() } : {}),
  };
}

const unfinishedStates = (Object.keys(JOB_STATES) as JobState[]).filter((state) => !isFinal(state));
