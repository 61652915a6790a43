import { readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { readClaim } from '../claim.js';
import { EPHEMERAL_PREFIX } from '../cluster-folder.js';
import { stopOrphan } from './postmaster.js';

/** A folder without a claim is left alone for so long: its supervisor may be about to make one. */
const UNCLAIMED_GRACE = 60 * 60_000;

/** Ends the throw-away servers whose supervisor was killed, and deletes their folders. */
export async function sweepEphemeral(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = path.join(cache, name);
    if (!name.startsWith(EPHEMERAL_PREFIX) || (await isInUse(folder))) continue;
    await stopOrphan(path.join(folder, 'data'));
    await rm(folder, { recursive: true, force: true });
  }
}

async function isInUse(folder: string): Promise<boolean> {
  try {
    const claim = await readClaim(folder);
    if (claim) return await answers(claim.port);
    return Date.now() - (await stat(folder)).mtimeMs < UNCLAIMED_GRACE;
  } catch {
    // Another process deletes it at this moment.
    return true;
  }
}

/** Only connects: without the token, we do not count as a holder, and leaving ends nothing. */
async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
