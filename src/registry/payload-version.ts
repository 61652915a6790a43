import { PayloadError } from '../core/errors.js';
import type { HandlerDefinition } from './handler-definition.js';

type Versioned = Pick<HandlerDefinition, 'name' | 'version' | 'upcasts'>;

/** As the row of a job has it: nothing for the first version, so that jobs without versions are no larger. */
export function storedVersion(version: number): number | null {
  return version === 1 ? null : version;
}

/** The versions of payloads that a handler can run: its own, and those that upcasts lead from. */
export function runnableVersions({ version, upcasts }: Versioned): number[] {
  return [...upcasts.keys(), version];
}

/**
 * What a worker claims by, of a handler: its name for jobs of the first version, `name@2` for those of the second. What it
 * cannot run, it leaves to others: a payload that is newer than the code, or older than any upcast.
 */
export function claimedNames(definition: Versioned): string[] {
  return runnableVersions(definition).map((version) =>
    version === 1 ? definition.name : `${definition.name}@${version}`,
  );
}

/**
 * A stored payload in the shape of the handler's own version: each upcast takes it to the next.
 * @param version null for the first
 * @throws PayloadError if an upcast fails
 */
export function currentPayload(
  { name, version: current, upcasts }: Versioned,
  stored: unknown,
  version: number | null,
): unknown {
  let payload = stored;
  for (let from = version ?? 1; from < current; from++) {
    try {
      payload = upcasts.get(from)?.(payload as never);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const issue = { path: '', message: `its upcast from version ${from} failed: ${reason}` };
      throw new PayloadError(name, [issue], { cause: error });
    }
  }
  return payload;
}
