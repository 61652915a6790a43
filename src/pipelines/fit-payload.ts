import { PayloadError, TooLargeError } from '../core/errors.js';
import type { EncodedPayload, PayloadCodec, PayloadContract } from '../registry/payload-codec.js';
import { withoutExcessFields } from './excess-fields.js';

/** A validator of the user's own that never answers must not hold up all that a worker has to store. */
const TIMEOUT_MS = 10_000;

/**
 * The payload of a step's job, out of what its callback made. Fields that the payload class lacks are dropped.
 * @param timeoutMs how long a validator may take
 * @throws PayloadError, NotSerializableError, TooLargeError
 */
export function fitPayload(
  codec: PayloadCodec,
  contract: PayloadContract,
  made: unknown,
  timeoutMs = TIMEOUT_MS,
): EncodedPayload | Promise<EncodedPayload> {
  try {
    const encoded = codec.encode(contract, made);
    if (!(encoded instanceof Promise)) return encoded;
    return inTime(
      encoded.catch((error: unknown) => withoutExcess(codec, contract, made, error)),
      contract,
      timeoutMs,
    );
  } catch (error) {
    return inTime(withoutExcess(codec, contract, made, error), contract, timeoutMs);
  }
}

/** Excess fields are the exception: only what was refused, or found too large, is looked through for them. */
async function withoutExcess(
  codec: PayloadCodec,
  contract: PayloadContract,
  made: unknown,
  error: unknown,
): Promise<EncodedPayload> {
  if (!(error instanceof PayloadError || error instanceof TooLargeError)) throw error;
  const rest = await withoutExcessFields(contract.payloadClass, made);
  if (rest === null) throw error;
  return codec.encode(contract, rest);
}

function inTime<T>(work: Promise<T>, { name, payloadClass }: PayloadContract, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = [{ path: '', message: `a validator of ${payloadClass.name} did not answer within ${timeoutMs} ms` }];
    const timer = setTimeout(() => reject(new PayloadError(name, late)), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
