import type { Statement } from '../../src/repositories/statement.js';

const FENCE = /and j\.token = (\(\$2::bigint\[\]\)\[width_bucket\(j\.id, \$1::uuid\[\]\)\])/;

/**
 * Makes a statement that ends attempts believe whoever says so, for as long as the process lives: what an engine without a
 * fence would do. For tests of what must notice it.
 */
export function removeFence<P extends readonly unknown[], R>(statement: Statement<P, R>): void {
  const { render } = statement;
  Object.assign(statement, { render: (context: Parameters<typeof render>[0]) => unfenced(render(context)) });
}

/** @throws if the text has no fence */
export function unfenced(text: string): string {
  if (!FENCE.test(text)) throw new Error(`this statement has no fence: ${text}`);
  return text.replace(FENCE, 'and $1 is not null');
}
