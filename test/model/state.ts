/** One row, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** Everything that the engine has stored: tables, rows by what names them. Jobs are one table, wherever they lie. */
export type State = Readonly<
  Record<
    'job' | 'lock' | 'uniqueKey' | 'claim' | 'worker' | 'checkpoint' | 'signal' | 'run' | 'step' | 'ledger',
    ReadonlyMap<string, Row>
  >
>;
