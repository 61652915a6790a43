import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { publishClaim } from '../claim.js';
import { prepareNative } from '../native-package.js';
import { findServerAccount } from '../server-account.js';
import { openCluster } from './cluster.js';
import { Holders } from './holders.js';
import { stopOrphan } from './postmaster.js';
import type { SupervisorRequest } from './request.js';
import { startServerProcess, type ServerProcess } from './server-process.js';
import { sweepEphemeral } from './sweep.js';

/**
 * The process that owns a development server: it starts PostgreSQL and stops it when the last process that holds the
 * server has gone. It leads a session of its own, so that Ctrl-C in a terminal reaches our programs, which may still
 * have to hand jobs back, and not their database.
 */
async function supervise(request: SupervisorRequest): Promise<void> {
  const token = randomBytes(24).toString('base64url');
  const holders = await Holders.listen(token);
  const { folder, generation } = request;
  const isOurs = await publishClaim(folder, { generation, pid: process.pid, port: holders.port, token });
  tellParent(isOurs ? 'claimed' : 'taken');
  if (!isOurs) return holders.close();
  const asked = askedToStop();
  try {
    const { server, version } = await start(request);
    holders.announce({ state: 'ready', url: server.url, version });
    if (request.ephemeral) await sweepEphemeral(path.dirname(request.folder));
    await Promise.race([holders.gone, server.ended, asked]);
    holders.close();
    await server.stop(request.ephemeral ? 'immediate' : 'fast');
  } catch (error) {
    holders.announce({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
  } finally {
    holders.close();
    if (request.ephemeral) await rm(request.folder, { recursive: true, force: true });
    holders.releaseAll();
  }
}

async function start(request: SupervisorRequest): Promise<{ server: ServerProcess; version: string }> {
  const { folder, ephemeral } = request;
  const account = await findServerAccount();
  const native = await prepareNative(request.native, request.cache, account);
  await stopOrphan(path.join(folder, 'data'));
  const cluster = await openCluster({ folder, native, account, ephemeral });
  return { server: await startServerProcess(native, cluster, account, request.settings), version: native.version };
}

async function askedToStop(): Promise<void> {
  await Promise.race(['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => once(process, signal)));
}

/** The process that started us waits for this word only; whether it still lives must not matter to us. */
function tellParent(word: 'claimed' | 'taken'): void {
  process.send?.(word, undefined, undefined, () => process.disconnect());
}

await supervise(JSON.parse(process.argv[2] ?? '') as SupervisorRequest);
