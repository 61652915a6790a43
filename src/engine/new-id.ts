import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes are drawn for so many ids at once: a draw costs more than all the rest of an id. */
const DRAW = 256;
const BYTES = 16;

const pool = new Uint8Array(DRAW * BYTES);
let used = pool.length;
let lastMs = 0;
let sequence = 0;

/** A UUID of version 7 (RFC 9562); those of one process sort in the order in which they were made. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, (used += BYTES));
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1; // half of the range is left to count on
  } else {
    sequence = (sequence + 1) >>> 0;
    if (sequence === 0) lastMs++;
  }
  return v7({ random, msecs: lastMs, seq: sequence });
}
