import { describe, expect, it } from '@jest/globals';
import { Container } from 'inversify';
import { DataSource } from 'typeorm';
import { dataSourceModule } from '../../src/container/data-source-module.js';

describe('dataSourceModule', () => {
  const given = new DataSource({ type: 'postgres' });

  it('binds a DataSource for whoever injects one', () => {
    const container = new Container();
    container.load(dataSourceModule(given));
    expect(container.get(DataSource)).toBe(given);
  });

  it("leaves the application's own binding alone", () => {
    const own = new DataSource({ type: 'postgres' });
    const container = new Container();
    container.bind(DataSource).toConstantValue(own);
    container.load(dataSourceModule(given));
    expect(container.get(DataSource)).toBe(own);
  });
});
