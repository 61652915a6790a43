/**
 * What a user gets: the package, packed and installed into an empty TypeScript project outside of the repository, compiles
 * and runs the programs of the documentation with every compiler that is promised, and with tsx.
 *
 *     npm run test:package
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../../src/dev/index.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const COMPILERS = ['5.9', '6.0', '7.0'];

const MAIN = `import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { Migrator } from 'rowlock';
import { rowlockEntities } from 'rowlock/entities';
import { migrations } from 'rowlock/migrations';
import { enqueue } from './enqueue.js';
import { jobType } from './job-type.js';
import { ingest } from './pipeline.js';

const dataSource = await new DataSource({ type: 'postgres', url: process.env.DATABASE_URL, entities: [...rowlockEntities] }).initialize();
await new Migrator(dataSource).up();
console.log(await jobType(dataSource));
console.log((await enqueue(dataSource)).join(', '));
console.log(JSON.stringify((await ingest(dataSource)).stored), migrations.length > 0);
await dataSource.destroy();
`;
const EXPECTED = `example.com: 2 images
a.example, b.example, c.example, receipt of order 42
{"url":"https://example.com/","images":2} true
`;

const run = (folder: string, file: string, ...args: string[]): string =>
  execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** The versions that the repository itself is tested with. */
function installedVersions(names: readonly string[]): Record<string, string> {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  return Object.fromEntries(names.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? '*']));
}

function writeProject(folder: string, tarball: string): void {
  const peers = ['typeorm', 'pg', 'reflect-metadata', 'class-validator', 'class-transformer', 'inversify'];
  const dependencies = { rowlock: `file:${tarball}`, ...installedVersions([...peers, 'tsx', '@types/node']) };
  const compilers = Object.fromEntries(
    COMPILERS.map((version) => [`typescript-${version}`, `npm:typescript@~${version}.0`]),
  );
  const manifest = { name: 'consumer', private: true, type: 'module', dependencies: { ...dependencies, ...compilers } };
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    experimentalDecorators: true,
    types: ['node'],
    rootDir: 'src',
    outDir: 'out',
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  mkdirSync(path.join(folder, 'src'));
  for (const name of readdirSync(path.join(root, 'examples/programs'))) {
    const text = readFileSync(path.join(root, 'examples/programs', name), 'utf8');
    writeFileSync(path.join(folder, 'src', name), text.replaceAll(`'../../src/index.js'`, `'rowlock'`));
  }
  writeFileSync(path.join(folder, 'src/main.ts'), MAIN);
}

function expectOutput(how: string, output: string): void {
  if (output !== EXPECTED) throw new Error(`${how} printed:\n${output}\ninstead of:\n${EXPECTED}`);
  console.log(`ok: ${how}`);
}

/** A consumer that only enqueues must not pay for what the bundled handlers and the development server need. */
function checkLazyLoading(folder: string): void {
  const program = `await import('rowlock'); const loaded = process.report.getReport().sharedObjects.filter((name) => /sharp/.test(name)); if (loaded.length) throw new Error(loaded.join()); console.log(Object.keys(await import('rowlock/dev')).includes('startPostgres'))`;
  if (run(folder, process.execPath, '--input-type=module', '--eval', program).trim() !== 'true')
    throw new Error('rowlock/dev');
  console.log('ok: rowlock loads nothing of the bundled handlers');
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rowlock-consumer-'));
  const server = await startPostgres({ ephemeral: true });
  process.env['DATABASE_URL'] = server.url;
  try {
    const [tarball = ''] = run(root, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder)
      .trim()
      .split('\n')
      .slice(-1);
    writeProject(folder, path.join(folder, tarball));
    run(folder, 'npm', 'install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund');
    for (const version of COMPILERS) {
      rmSync(path.join(folder, 'out'), { recursive: true, force: true });
      run(folder, process.execPath, `node_modules/typescript-${version}/bin/tsc`);
      expectOutput(`TypeScript ${version}`, run(folder, process.execPath, 'out/main.js'));
    }
    expectOutput('tsx', run(folder, process.execPath, '--import', 'tsx', 'src/main.ts'));
    checkLazyLoading(folder);
    run(folder, path.join(folder, 'node_modules/.bin/rowlock'), 'migrate', 'status');
    console.log('ok: the command rowlock');
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
