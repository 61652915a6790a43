/**
 * What a user gets: the package, packed and installed into an empty TypeScript project outside of the repository, compiles
 * and runs the programs of the documentation with every compiler that is promised, and with tsx.
 *
 *     npm run test:package
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../../src/dev/index.js';
import { BUNDLED, COMPILERS, EXPECTED, optionalPeers, WITHOUT_OPTIONAL_PEERS, writeConsumer } from './consumer.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const NPM_INSTALL = ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];

const run = (folder: string, file: string, ...args: string[]): string =>
  execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

function expectOutput(how: string, output: string, expected: RegExp): void {
  if (!expected.test(output)) throw new Error(`${how} printed:\n${output}\ninstead of:\n${String(expected)}`);
  console.log(`ok: ${how}`);
}

/** Compiles and runs the programs in every way that is promised. */
function checkPrograms(folder: string): void {
  const out = path.join(folder, 'out');
  for (const version of COMPILERS) {
    rmSync(out, { recursive: true, force: true });
    run(folder, process.execPath, `node_modules/typescript-${version}/bin/tsc`);
    expectOutput(`TypeScript ${version}`, run(folder, process.execPath, 'out/main.js'), EXPECTED);
    expectOutput(
      'a producer loads no handler',
      readFileSync(path.join(out, 'producer.js'), 'utf8'),
      /^(?![^]*job-type)/,
    );
  }
  const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'];
  run(folder, process.execPath, 'node_modules/typescript-6.0/bin/tsc', ...bundler);
  console.log('ok: TypeScript as for a bundler');
  expectOutput('tsx', run(folder, process.execPath, '--import', 'tsx', 'src/main.ts'), EXPECTED);
}

/** A program that only enqueues must not pay for what the bundled handlers and the development server need. */
function checkOptionalPeers(folder: string): void {
  const bare = run(folder, process.execPath, '--input-type=module', '--eval', WITHOUT_OPTIONAL_PEERS);
  expectOutput('without the optional peers', bare, /^POSTGRES_NOT_INSTALLED$/m);
  run(folder, 'npm', ...NPM_INSTALL, ...optionalPeers());
  writeFileSync(path.join(folder, 'src/bundled.ts'), BUNDLED);
  run(folder, process.execPath, 'node_modules/typescript-6.0/bin/tsc');
  const bundled = run(folder, process.execPath, 'out/bundled.js');
  expectOutput('the bundled handlers', bundled, /^Hi ScrapePage ProcessImage StorePage$/m);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rowlock-consumer-'));
  const server = await startPostgres({ ephemeral: true, settings: { fsync: 'off' } });
  process.env['DATABASE_URL'] = server.url;
  try {
    const packed = run(root, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder);
    writeConsumer(folder, path.join(folder, packed.trim().split('\n').at(-1) ?? ''));
    run(folder, 'npm', ...NPM_INSTALL);
    checkPrograms(folder);
    expectOutput('the command', run(folder, path.join(folder, 'node_modules/.bin/rowlock'), 'migrate', 'status'), /./);
    checkOptionalPeers(folder);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
