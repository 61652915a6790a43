/** How the statements of one schema are written: its quoted name, to qualify every table and function. */
export interface SqlContext {
  /** Quoted, such as `"rowlock"`. */
  readonly schema: string;
}

/**
 * One SQL statement with the types of its parameters and rows. The text is rendered once for a schema. Statements end in
 * a SELECT even when they write, because TypeORM gives rows of a bare `UPDATE … RETURNING` another shape.
 */
export interface Statement<Params extends readonly unknown[], Row> {
  /** Unique; names the prepared statement, and the statement in errors. */
  readonly name: string;
  readonly render: (context: SqlContext) => string;
  /**
   * Whether there is but one plan for it, so that it may be kept by any connection. A plan that was made while a table was
   * empty reads the whole table, and is kept until the table is next analysed.
   */
  readonly hasOnePlan: boolean;
  /** Never set: carries the types. */
  readonly types?: { readonly params: Params; readonly row: Row };
}

/** Declares a statement; the types cannot be inferred from its text. */
export function statement<Params extends readonly unknown[], Row>(
  name: string,
  render: (context: SqlContext) => string,
  { hasOnePlan = false }: { readonly hasOnePlan?: boolean } = {},
): Statement<Params, Row> {
  return { name, render, hasOnePlan };
}

/** Quotes an identifier for SQL. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Text as SQL writes it, where a parameter cannot stand. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The next value of a sequence of a schema, whose name may hold quotes of both kinds. */
export function nextValue(schema: string, sequence: 'job_seq' | 'fencing_token'): string {
  return `nextval(${quoteLiteral(`${schema}.${sequence}`)})`;
}
