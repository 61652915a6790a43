import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal: 64 lower-case digits. */
export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
