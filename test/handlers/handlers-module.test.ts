import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Container } from 'inversify';
import {
  services,
  handlersModule,
  HttpFetcher,
  ingestPage,
  ProcessImage,
  RemovePage,
  ScrapePage,
  StorePage,
} from '../../handlers/index.js';
import { discover } from '../../src/registry/discover.js';

describe('handlersModule', () => {
  it('binds one fetcher', () => {
    const container = new Container();
    container.load(services);
    expect(container.get(HttpFetcher)).toBe(container.get(HttpFetcher));
  });

  it('binds what it is given', () => {
    const fetcher = new HttpFetcher();
    const container = new Container();
    container.load(handlersModule({ fetcher }));
    expect(container.get(HttpFetcher)).toBe(fetcher);
  });

  it('is found, with the handlers and the pipeline, by whoever loads the folder', async () => {
    const found = await discover(path.resolve('handlers'));
    expect(new Set(found.handlers)).toEqual(new Set([ProcessImage, RemovePage, ScrapePage, StorePage]));
    expect(found.pipelines).toEqual([ingestPage]);
    expect(found.modules).toEqual([services]);
  });
});
