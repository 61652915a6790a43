/** What upcasts are accepted and refused. Text after `@ts-expect-error` is part of the compiler's message. */
import { IsDate, IsInt, IsOptional, IsUrl } from 'class-validator';
import { JobHandler } from '../../src/decorators/job-handler.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { Handler } from '../../src/registry/handler.js';

interface FirstRef {
  uri: string;
}

class PageRef {
  @IsUrl() url!: string;
  @IsOptional() @IsInt() depth?: number;
  @IsOptional() @IsDate() since?: Date;

  host(): string {
    return new URL(this.url).host;
  }
}

// Accepted: an upcast from each earlier version, or from the later ones of them; a Date as it is stored.
@JobHandler({
  name: 'visit',
  payload: PageRef,
  version: 3,
  upcast: { 1: ({ uri }: FirstRef) => ({ url: uri }), 2: ({ url }: { url: string }) => ({ url, since: '2026-01-01' }) },
})
export class Visit implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

const version: number = 2;

export const accepted = [
  defineHandler({ name: 'a', payload: PageRef, version: 2, handle: () => undefined }),
  defineHandler({
    name: 'a',
    payload: PageRef,
    version: 2,
    upcast: { 1: ({ uri }: FirstRef) => ({ url: uri, since: new Date() }) },
    handle: ({ url }) => url,
  }),
  defineHandler({
    name: 'a',
    payload: PageRef,
    version: 3,
    upcast: { 2: ({ uri }: FirstRef) => ({ url: uri }) },
    handle: ({ url }) => url,
  }),
  defineHandler({
    name: 'a',
    payload: PageRef,
    version,
    upcast: { 1: (old: FirstRef) => old },
    handle: () => undefined,
  }),
];

// @ts-expect-error Type 'FirstRef' is not assignable to type
@JobHandler({ name: 'visit', payload: PageRef, version: 2, upcast: { 1: (old: FirstRef) => old } })
export class AnotherPayload implements Handler<PageRef> {
  handle(_: PageRef): void {}
}

const wrongType = { 1: (_: FirstRef) => ({ url: 1 }) };

export const refused = [
  // @ts-expect-error '2' does not exist in type
  defineHandler({ name: 'a', payload: PageRef, version: 2, upcast: { 2: (old: PageRef) => old }, handle: () => 1 }),
  // @ts-expect-error Type 'string' is not assignable to type
  defineHandler({ name: 'a', payload: PageRef, version: 2, upcast: { 1: 'uri' }, handle: () => 1 }),
  // @ts-expect-error Type 'number' is not assignable to type 'string'
  defineHandler({ name: 'a', payload: PageRef, version: 2, upcast: wrongType, handle: () => 1 }),
  // @ts-expect-error Property 'uri' does not exist on type 'never'
  defineHandler({ name: 'a', payload: PageRef, version: 2, upcast: { 1: (old) => old.uri }, handle: () => 1 }),
];
