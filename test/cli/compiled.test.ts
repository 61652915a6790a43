import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeApplicationFolder } from '../support/application-folder.js';
import { jsonLines, ROOT } from '../support/cli.js';
import { createTestSchema, type TestSchema } from '../support/database.js';

// Compiling the package is most of it.
jest.setTimeout(240_000);

const run = promisify(execFile);

/** An application in TypeScript, as a user of the package has it. */
const FILES = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: { target: 'ES2022', module: 'nodenext', experimentalDecorators: true },
  }),
  'ormconfig.ts': `
    import { DataSource } from 'typeorm';
    export default new DataSource({ type: 'postgres', url: process.env.DATABASE_URL as string });`,
  'handlers/greet.ts': `
    import { IsString } from 'class-validator';
    import { JobHandler, type Handler } from 'rowlock';
    export class Person { @IsString() name!: string; }
    @JobHandler({ name: 'greet', payload: Person })
    export class Greet implements Handler<Person, string> {
      async handle({ name }: Person): Promise<string> { return name; }
    }`,
};

let folder: Awaited<ReturnType<typeof makeApplicationFolder>>;
let test: TestSchema;
let modules: string;

beforeAll(async () => {
  test = await createTestSchema();
  folder = await makeApplicationFolder(FILES);
  modules = path.join(folder.path, 'node_modules');
  await mkdir(path.join(modules, 'rowlock'), { recursive: true });
  for (const name of await readdir(path.join(ROOT, 'node_modules'))) {
    if (name !== 'rowlock' && name !== 'tsx')
      await symlink(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  }
  await copyFile(path.join(ROOT, 'package.json'), path.join(modules, 'rowlock/package.json'));
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const target = ['--outDir', path.join(modules, 'rowlock/dist')];
  await run(process.execPath, [compiler, '-p', path.join(ROOT, 'tsconfig.build.json'), ...target]);
});

afterAll(async () => {
  await folder.remove();
  await test.drop();
});

beforeEach(() => rm(path.join(modules, 'tsx'), { force: true }));

/** Runs the compiled `rowlock` in the application, with no loader of TypeScript. */
function rowlock(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return run(process.execPath, [path.join(modules, 'rowlock/dist/src/cli/main.js'), ...args], {
    cwd: folder.path,
    env: { ...env, DATABASE_URL: test.applicationUrl, ROWLOCK_SCHEMA: test.name, PGAPPNAME: test.name },
  });
}

describe('the compiled command line', () => {
  it('loads an application in TypeScript through the tsx that the application has', async () => {
    await symlink(path.join(ROOT, 'node_modules/tsx'), path.join(modules, 'tsx'));
    await rowlock('migrate', 'up');
    const { stdout } = await rowlock('worker', '--once');
    expect(jsonLines(stdout)).toContainEqual(
      expect.objectContaining({ message: 'worker started', job_types: ['greet'] }),
    );
  });

  it('says what to install where there is none', async () => {
    await expect(rowlock('worker', '--once')).rejects.toMatchObject({
      code: (process.features as { typescript?: unknown }).typescript ? 1 : 2,
      stderr: expect.stringContaining('npm install --save-dev tsx'),
    });
  });
});
