import { statement } from '../statement.js';

/**
 * Gives a held lock up: marks it as run out, so that `pass-lock-keys`, later in the same transaction, may pass the key to
 * a job or free it. Holds the row until then, as `hold-lock-keys` does for keys of jobs.
 */
export const expireLock = statement<readonly [key: string, token: string], { readonly key: string }>(
  'expire-lock',
  ({ schema }) => `
with expired as (
  update ${schema}.lock l set expires_at = ${schema}.clock()
  where l.key = $1::text and l.token = $2::bigint and l.job_id is null
  returning l.key
)
select key from expired`,
);
