import type { MigrationInterface } from 'typeorm';
import { Jobs1795305600000 } from './1795305600000-jobs.js';

/** A change of Rowlock's tables, made in whichever schema is set. Its name ends in the 13 digits of its time. */
export type SchemaChange = new () => MigrationInterface & { readonly schema: string };

/** In their order. What has been released is never changed: it is the past of somebody's database. */
export const released: readonly SchemaChange[] = [Jobs1795305600000];
