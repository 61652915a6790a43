import { Entity, getMetadataArgsStorage } from 'typeorm';

/** A class with `@Entity`. */
export type EntityClass<T extends object = object> = new () => T;

const made = new Map<string, EntityClass>();

/**
 * An entity of Rowlock's for a schema of another name: the same class each time it is asked for.
 * @example
 * const Job = entityIn(JobEntity, 'background');
 * await dataSource.getRepository(Job).countBy({ queue: 'web' });
 */
export function entityIn<T extends object>(entity: EntityClass<T>, schema: string): EntityClass<T> {
  const [table] = getMetadataArgsStorage().filterTables(entity);
  if (!table?.name) throw new TypeError(`${entity.name} is none of Rowlock's entities.`);
  if (table.schema === schema) return entity;
  const key = `${table.name} ${schema}`;
  const known = made.get(key) ?? inSchema(entity, table.name, schema);
  made.set(key, known);
  return known as EntityClass<T>;
}

/** TypeORM collects the columns of a class from those that it extends. */
function inSchema(entity: EntityClass, name: string, schema: string): EntityClass {
  const inherited = class extends entity {};
  Entity({ name, schema, synchronize: false })(inherited);
  return Object.defineProperty(inherited, 'name', { value: entity.name });
}
