import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, FaultRecord, Scene } from './faults.js';

/** Lets faults happen, one after the other, until `over`; each as often as the others. */
export async function torment(
  scene: Scene,
  faults: Readonly<Record<string, Fault>>,
  over: AbortSignal,
): Promise<readonly FaultRecord[]> {
  const records: FaultRecord[] = [];
  let left: (readonly [string, Fault])[] = [];
  while (!over.aborted) {
    await delay(400 + scene.random.below(1_000));
    if (left.length === 0) left = scene.random.some(Object.entries(faults), Infinity);
    const [name = '', fault] = left.pop() ?? [];
    const record = await fault?.(scene);
    if (record) records.push({ fault: name, ...record });
  }
  await Promise.all(scene.beside);
  return records;
}
