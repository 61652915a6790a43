import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const programs = path.join(root, 'examples/programs');

/** Each is installed as `typescript-<version>`. */
export const COMPILERS = ['5.9', '6.0', '7.0'] as const;

const PEERS = ['typeorm', 'pg', 'reflect-metadata', 'class-validator', 'class-transformer', 'inversify'];
const OPTIONAL_PEERS = ['cheerio', 'sharp', 'undici'];

/** The application: a DataSource of its own, with its own migrations beside ours. */
const MAIN = `import 'reflect-metadata';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { Migrator } from 'rowlock';
import { rowlockEntities } from 'rowlock/entities';
import { migrations } from 'rowlock/migrations';
import { enqueue } from './enqueue.js';
import { jobType } from './job-type.js';
import { ingest } from './pipeline.js';
import { produce } from './producer.js';

class Shop1795305600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table if not exists shop (id integer)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table shop');
  }
}

const dataSource = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: [...rowlockEntities],
  migrations: [...migrations, Shop1795305600001],
});
await dataSource.initialize();
await dataSource.runMigrations();
await new Migrator(dataSource).check();
console.log(await jobType(dataSource));
console.log((await enqueue(dataSource)).join(', '));
console.log(await produce(dataSource));
console.log((await ingest(dataSource, 'https://example.com/')).outcome);
console.log((await ingest(dataSource, 'https://secret.example/')).archived.length, 'archived');
await dataSource.destroy();
`;

/** What MAIN prints; there is one receipt more each time that it runs on one database. */
export const EXPECTED = new RegExp(
  [
    '^example.com: 2 images',
    'a.example, b.example, c.example, receipt of order 42; the card was refused; \\d receipt',
    'queue web, 3 attempts, lock page:https://d.example/',
    'new: example.com',
    '0 archived\n$',
  ].join('\n'),
);

/** A program that needs the optional peers. */
export const BUNDLED = `import { ingestPage, parsePage } from 'rowlock/handlers';
const { title } = parsePage('<title>Hi</title>', 'https://example.com/');
console.log(title, ingestPage.steps.map(({ handlerClass }) => handlerClass.name).join(' '));
`;

/** The other entry points load without them, and say what is missing. */
export const WITHOUT_OPTIONAL_PEERS = `
for (const entry of ['rowlock', 'rowlock/entities', 'rowlock/migrations', 'rowlock/logging']) await import(entry);
const { startPostgres } = await import('rowlock/dev');
const { code } = await startPostgres().catch((error) => error);
console.log(code);`;

/** The versions that the repository itself is tested with. */
function testedVersions(names: readonly string[]): Record<string, string> {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  return Object.fromEntries(names.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? '*']));
}

/** What to install for `rowlock/handlers`, as npm takes it. */
export function optionalPeers(): string[] {
  return Object.entries(testedVersions(OPTIONAL_PEERS)).map(([name, version]) => `${name}@${version}`);
}

/** Writes a project as a user has it, which depends on the packed package. */
export function writeConsumer(folder: string, tarball: string): void {
  const compilers = COMPILERS.map((version) => [`typescript-${version}`, `npm:typescript@~${version}.0`]);
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: {
      rowlock: `file:${tarball}`,
      ...testedVersions([...PEERS, 'tsx', '@types/node']),
      ...Object.fromEntries(compilers),
    },
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  // The declarations of the package are checked, too: no skipLibCheck.
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    experimentalDecorators: true,
    types: ['node'],
    rootDir: 'src',
    outDir: 'out',
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  mkdirSync(path.join(folder, 'src'));
  for (const name of readdirSync(programs)) {
    const text = readFileSync(path.join(programs, name), 'utf8').replaceAll(`'../../src/index.js'`, `'rowlock'`);
    writeFileSync(path.join(folder, 'src', name), text);
  }
  writeFileSync(path.join(folder, 'src/main.ts'), MAIN);
}
