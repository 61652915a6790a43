import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Container } from 'inversify';
import { DataSource } from 'typeorm';
import {
  BlobStore,
  DatabaseBlobStore,
  services,
  FileBlobStore,
  handlersModule,
  HttpFetcher,
  ingestPage,
  ProcessImage,
  RemovePage,
  ScrapePage,
  StorePage,
} from '../../handlers/index.js';
import { discover } from '../../src/registry/discover.js';

const dataSource = new DataSource({ type: 'postgres' });

describe('handlersModule', () => {
  it('binds one fetcher, and blobs in the data source that it is given', () => {
    const container = new Container();
    container.load(handlersModule({ dataSource }));
    expect(container.get(HttpFetcher)).toBe(container.get(HttpFetcher));
    expect(container.get(BlobStore)).toBeInstanceOf(DatabaseBlobStore);
  });

  it('takes the data source of the container if it is given none', () => {
    const container = new Container();
    container.bind(DataSource).toConstantValue(dataSource);
    container.load(services);
    expect(container.get(BlobStore)).toBeInstanceOf(DatabaseBlobStore);
  });

  it('binds what it is given', () => {
    const [fetcher, blobs] = [new HttpFetcher(), new FileBlobStore('/nowhere')];
    const container = new Container();
    container.load(handlersModule({ fetcher, blobs }));
    expect(container.get(HttpFetcher)).toBe(fetcher);
    expect(container.get(BlobStore)).toBe(blobs);
  });

  it('is found, with the handlers and the pipeline, by whoever loads the folder', async () => {
    const found = await discover(path.resolve('handlers'));
    expect(new Set(found.handlers)).toEqual(new Set([ProcessImage, RemovePage, ScrapePage, StorePage]));
    expect(found.pipelines).toEqual([ingestPage]);
    expect(found.modules).toEqual([services]);
  });
});
