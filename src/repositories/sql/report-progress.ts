import { statement } from '../statement.js';
import { fenced, given } from './settle.js';

/** Stores the progress of attempts that are still their worker's; heap-only updates. Gives the ids that were. */
export const reportProgress = statement<
  readonly [
    ids: readonly string[],
    tokens: readonly string[],
    fractions: readonly number[],
    messages: readonly (string | null)[],
  ],
  { readonly id: string }
>(
  'report-progress',
  ({ schema }) => `
with updated as (
  update ${schema}.job j set progress = ${given(3, 'real', 'j')}, progress_message = ${given(4, 'text', 'j')}
  where ${fenced('complete')}
  returning j.id
)
select id from updated`,
);
