import { isDeepStrictEqual } from 'node:util';
import type { Row, State } from './state.js';

/** Where two states differ, one line each. */
export function differences(model: State, database: State): string[] {
  return (Object.keys(model) as (keyof State)[]).flatMap((table) => {
    const names = [...new Set([...model[table].keys(), ...database[table].keys()])].sort();
    return names.flatMap((name) =>
      rowDifferences(`${table} ${name}`, model[table].get(name), database[table].get(name)),
    );
  });
}

function rowDifferences(what: string, model: Row | undefined, database: Row | undefined): string[] {
  if (!model) return [`${what}: the database has it, the model has not: ${show(database)}`];
  if (!database) return [`${what}: the model has it, the database has not: ${show(model)}`];
  const columns = [...new Set([...Object.keys(model), ...Object.keys(database)])];
  return columns
    .filter((column) => !isDeepStrictEqual(model[column], database[column]))
    .map((column) => `${what}: ${column} should be ${show(model[column])}, and is ${show(database[column])}`);
}

export const show = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (part === Infinity ? 'infinity' : part)) ?? 'undefined';
