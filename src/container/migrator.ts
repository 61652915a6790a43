import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import { migrationsIn } from '../../migrations/index.js';
import { Ledger } from '../../migrations/ledger.js';
import { DatabaseUnreachableError, DefinitionError, MigrationError, SchemaVersionError } from '../core/errors.js';
import { Database } from '../repositories/database.js';
import { hasJobs } from '../repositories/sql/has-jobs.js';
import { setLockTimeout } from '../repositories/sql/set-lock-timeout.js';
import { sqlFailure, sqlState } from '../repositories/sql-errors.js';
import { Partitions } from '../scheduler/partitions.js';
