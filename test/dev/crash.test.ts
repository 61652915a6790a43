import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readClaim } from '../../src/dev/claim.js';
import { findServerAccount } from '../../src/dev/server-account.js';
import { startPostgres } from '../../src/dev/index.js';
import { withClient } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { isAlive } from '../support/processes.js';
import { runProgram, type Program } from '../support/program.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

// Every test starts several processes, which a busy machine with two cores takes its time for.
jest.setTimeout(120_000);

describe('a development server whose programs crash', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  const programs: Program[] = [];

  // One for all of them, since each begins with the server stopped: to make a cluster is the slowest part.
  beforeAll(async () => {
    folder = await makeTemporaryFolder();
  });

  afterAll(() => folder.remove());

  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.kill('SIGKILL')));
    await eventually('the server has ended', () => !isAlive(serverPid) && !isAlive(supervisorPid));
  });

  let serverPid = 0;
  let supervisorPid = 0;
  const hold = async (): Promise<{ program: Program; url: string }> => {
    const program = runProgram('hold-postgres', [folder.path]);
    programs.push(program);
    const url = await program.nextLine();
    serverPid = await readPid();
    supervisorPid = (await readClaim(folder.path))?.pid ?? 0;
    return { program, url };
  };
  const pidFile = (): string => path.join(folder.path, 'data', 'postmaster.pid');
  const readPid = async (): Promise<number> => Number.parseInt(await readFile(pidFile(), 'utf8'), 10);
  /** Kills everyone who would stop the server. */
  const orphan = async (): Promise<{ url: string; pid: number }> => {
    const { program, url } = await hold();
    await withClient(url, (client) => client.query('create table if not exists kept as select 7 as number'));
    process.kill(supervisorPid, 'SIGKILL');
    await program.kill('SIGKILL');
    return { url, pid: serverPid };
  };
  const expectKept = async (url: string): Promise<void> => {
    const { rows } = await withClient(url, (client) => client.query('select number from kept'));
    expect(rows).toEqual([{ number: 7 }]);
  };

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('stops after %s of the last holder', async (signal) => {
    const { program } = await hold();
    const [server, supervisor] = [serverPid, supervisorPid];
    expect(isAlive(server)).toBe(true);
    await program.kill(signal);
    await eventually('server and supervisor have ended', () => !isAlive(server) && !isAlive(supervisor));
    expect(existsSync(pidFile())).toBe(false);
  });

  it.each(['exit', 'stop'])('stops after the last holder has called %s', async (command) => {
    const { program } = await hold();
    program.tell(command);
    await program.ended;
    // Who stops has waited for it; who just exits has not.
    if (command === 'stop') expect(isAlive(serverPid)).toBe(false);
    else await eventually('the server has ended', () => !isAlive(serverPid));
  });

  it('outlives one holder that is killed while another works', async () => {
    const { program } = await hold();
    const other = await hold();
    await program.kill('SIGKILL');
    await withClient(other.url, (client) => client.query('select 1'));
  });

  it('starts once for many processes that begin at the same time', async () => {
    const starting = Array.from({ length: 4 }, () => runProgram('hold-postgres', [folder.path]));
    programs.push(...starting);
    const urls = await Promise.all(starting.map((program) => program.nextLine()));
    expect(new Set(urls).size).toBe(1);
    serverPid = await readPid();
  });

  it('replaces a server that was orphaned, with its data', async () => {
    const { pid } = await orphan();
    expect(isAlive(pid)).toBe(true);
    const { url } = await hold();
    expect(isAlive(pid)).toBe(false);
    await expectKept(url);
  });

  it('recovers the data of a server that was killed too', async () => {
    const { pid } = await orphan();
    process.kill(pid, 'SIGKILL');
    await eventually('it is dead', () => !isAlive(pid));
    expect(existsSync(pidFile())).toBe(true);
    await expectKept((await hold()).url);
  });

  it('does not touch another process that has the number of a dead server', async () => {
    const { pid } = await orphan();
    process.kill(pid, 'SIGINT');
    await copyFile(pidFile(), `${pidFile()}.old`);
    await eventually('it is dead', () => !isAlive(pid));
    // As the account that runs the server, whose processes PostgreSQL takes for servers.
    const bystander = spawn('sleep', ['300'], await findServerAccount());
    const old = await readFile(`${pidFile()}.old`, 'utf8');
    await writeFile(pidFile(), old.replace(String(pid), String(bystander.pid)));
    await expectKept((await hold()).url);
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
    bystander.kill();
  });

  it('clears ephemeral servers away that were orphaned', async () => {
    const orphaned = await startPostgres({ directory: folder.path, ephemeral: true });
    const url = new URL(orphaned.url);
    const pid = await withClient(url.href, async (client) => {
      const { rows } = await client.query<{ folder: string }>(`select current_setting('data_directory') as folder`);
      const data = rows[0]?.folder ?? '';
      process.kill((await readClaim(path.dirname(data)))?.pid ?? 0, 'SIGKILL');
      return Number.parseInt(await readFile(path.join(data, 'postmaster.pid'), 'utf8'), 10);
    });
    expect(isAlive(pid)).toBe(true);
    const next = await startPostgres({ directory: folder.path, ephemeral: true });
    await eventually('the orphan has ended', () => !isAlive(pid));
    await next.stop();
  });
});
