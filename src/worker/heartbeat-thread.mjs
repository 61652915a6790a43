// The heartbeat of a worker, in a thread of its own: a handler that computes without a pause blocks the event loop, but
// not this. Plain JavaScript, because Node starts it from this very file, whichever way the rest was compiled or loaded.
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';

/**
 * @typedef {object} ThreadData
 * @property {import('pg').ClientConfig} connection
 * @property {string} text of the statement; parameters: id, blocked milliseconds, draining
 * @property {number} intervalMs
 * @property {number} leaseMs
 * @property {SharedArrayBuffer} shared two 32-bit integers: turns of the main loop, whether it drains
 */

const { connection, text, intervalMs, leaseMs, shared } = /** @type {ThreadData} */ (workerData);
const main = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const cells = new Int32Array(shared);

/** Before there is a lease, a connection may take its time; then, no longer than that or the patience. */
const LEAST_CONNECT_MS = 1_000;
/** A half-open connection never answers: give up well before the lease does. */
const patienceMs = Math.max(500, leaseMs / 3);

/** @type {pg.Client | null} */
let client = null;
let id = '';
let lastTurn = -1;
let lastTurnAt = performance.now();
let extendedAt = performance.now();

/** @param {number | undefined} timeoutMs for a new connection */
async function connected(timeoutMs = connection.connectionTimeoutMillis) {
  if (client) return client;
  const fresh = new pg.Client({ ...connection, connectionTimeoutMillis: timeoutMs });
  fresh.on('error', () => drop(fresh));
  await fresh.connect();
  client = fresh;
  return fresh;
}

/** @param {pg.Client} broken */
function drop(broken) {
  if (client === broken) client = null;
  /** @type {{ connection: { stream: { destroy(): void } } }} */ (
    /** @type {unknown} */ (broken)
  ).connection.stream.destroy();
}

function blockedMs() {
  const turn = Atomics.load(cells, 0);
  if (turn !== lastTurn) {
    lastTurn = turn;
    lastTurnAt = performance.now();
  }
  return Math.round(performance.now() - lastTurnAt);
}

/** @param {number} sentAt */
async function beat(sentAt) {
  const overdue = setTimeout(() => {
    main.postMessage({ kind: 'silent' });
    if (client) drop(client);
  }, patienceMs);
  try {
    const current = await connected(Math.max(LEAST_CONNECT_MS, patienceMs));
    const { rows } = await current.query(text, [id, blockedMs(), Atomics.load(cells, 1) === 1]);
    if (rows.length === 0)
      return main.postMessage({ kind: 'lapsed', reason: 'the database says that its lease ran out' });
    extendedAt = sentAt;
    main.postMessage({ kind: 'beat', blockedMs: blockedMs() });
  } catch (error) {
    if (client) drop(client);
    throw error;
  } finally {
    clearTimeout(overdue);
  }
}

async function loop() {
  for (;;) {
    const sentAt = performance.now();
    try {
      await beat(sentAt);
    } catch (error) {
      failed(error);
    }
    if (performance.now() - extendedAt > leaseMs) {
      main.postMessage({ kind: 'lapsed', reason: `the database could not be reached for ${leaseMs} ms` });
      extendedAt = Infinity;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(10, intervalMs - (performance.now() - sentAt))));
  }
}

/** @param {unknown} error */
function failed(error) {
  const { code } = /** @type {{ code?: unknown }} */ (error ?? {});
  main.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error), code });
}

/** @param {string} workerId of a worker that was registered just now */
function start(workerId) {
  id = workerId;
  extendedAt = performance.now();
  void loop();
}

function stop() {
  const open = client;
  client = null;
  void Promise.resolve(open?.end()).finally(() => process.exit(0));
}

main.on('message', (/** @type {'stop' | { start: string }} */ message) =>
  message === 'stop' ? stop() : start(message.start),
);
connected().then(() => main.postMessage({ kind: 'ready' }), failed);
