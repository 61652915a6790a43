import { nextValue, statement } from '../statement.js';

/**
 * Gives a lock that was just taken its fencing token. A statement of its own: one that takes the lock may have waited for
 * its row, and a token drawn before would be smaller than that of a holder who has come and gone meanwhile.
 */
export const numberLock = statement<readonly [key: string, holder: string], { readonly token: string }>(
  'number-lock',
  ({ schema }) => `
with numbered as (
  update ${schema}.lock l set token = ${nextValue(schema, 'fencing_token')}
  where l.key = $1::text and l.holder = $2::text and l.job_id is null
  returning l.token
)
select token::text as token from numbered`,
);
