import { ContainerModule } from 'inversify';
import { DataSource } from 'typeorm';

/** Binds a DataSource to its class, for handlers and services to inject, unless the application has bound one itself. */
export function dataSourceModule(dataSource: DataSource): ContainerModule {
  return new ContainerModule(({ bind, isBound }) => {
    if (!isBound(DataSource)) bind(DataSource).toConstantValue(dataSource);
  });
}
