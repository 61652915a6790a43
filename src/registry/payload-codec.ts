import { plainToInstance } from 'class-transformer';
import type { ValidationError, ValidatorOptions } from 'class-validator';
import { validate, validateSync } from 'class-validator';
import { PayloadError } from '../core/errors.js';
import type { PayloadClass } from '../core/handler-class.js';
import type { HandlerDefinition } from './handler-definition.js';
import { NoPayload } from './no-payload.js';
import { quickCheck } from './quick-check.js';
import { quickInstance } from './quick-instance.js';
import { noObject, payloadJson } from './payload-json.js';
import { refusedNames } from './refused-names.js';
import { payloadIssues } from './payload-issues.js';
import { validatesInstantly } from './validates-instantly.js';

/** A payload as it is stored, and as its handler will see it. */
export interface EncodedPayload {
  /** For the jsonb column: what the caller passed, not what transformers made of it, because they run again at claim. */
  readonly json: string;
  /** The instance of the payload class, defaults and transforms applied: lock and unique keys are rendered from it. */
  readonly payload: object;
}

/** Of a definition, what a payload is judged by. */
export type PayloadContract = Pick<HandlerDefinition, 'name' | 'payloadClass'>;

/** How a class is validated. */
interface Way {
  readonly instant: boolean;
  readonly isValid: ((instance: object) => boolean) | null;
}

const OPTIONS: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
};

/**
 * Turns payloads into stored JSON at enqueue, and back into instances of their class at claim; validated both times,
 * because workers and producers may run different versions, and SQL enqueues too.
 *
 * Answers at once where it can: a promise is returned only for classes with validators of the user's own, which may be
 * asynchronous, or with nested classes. Awaiting works for both.
 */
export class PayloadCodec {
  private readonly ways = new WeakMap<PayloadClass, Way>();

  /**
   * @param payload the fields as an object; a `Date` in it is stored as its ISO string
   * @throws PayloadError (or rejects with it) listing every refused field
   * @throws NotSerializableError, TooLargeError see `payloadJson`
   */
  encode(contract: PayloadContract, payload: unknown): EncodedPayload | Promise<EncodedPayload> {
    const json = payloadJson(contract.name, payload);
    const decoded = this.decode(contract, JSON.parse(json));
    return decoded instanceof Promise
      ? decoded.then((instance) => ({ json, payload: instance }))
      : { json, payload: decoded };
  }

  /**
   * @param stored the parsed JSON
   * @throws PayloadError (or rejects with it) listing every refused field. What a validator itself throws is passed on: it
   * says nothing about the payload.
   */
  decode(contract: PayloadContract, stored: unknown): object | Promise<object> {
    const instance = this.transform(contract, stored);
    if (instance instanceof NoPayload) return instance; // class-validator refuses whatever has no validators
    const { instant, isValid } = this.wayOf(contract.payloadClass);
    if (!instant) return validate(instance, OPTIONS).then((errors) => accept(contract, instance, errors));
    if (isValid?.(instance)) return instance;
    return accept(contract, instance, validateSync(instance, OPTIONS));
  }

  private transform(contract: PayloadContract, stored: unknown): object {
    if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) throw noObject(contract.name, stored);
    const issues = refusedNames(stored, contract.payloadClass);
    if (issues.length > 0) throw new PayloadError(contract.name, issues);
    try {
      return quickInstance(contract.payloadClass, stored) ?? plainToInstance(contract.payloadClass, stored);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new PayloadError(contract.name, [{ path: '', message: `a transform failed: ${reason}` }], { cause: error });
    }
  }

  private wayOf(payloadClass: PayloadClass): Way {
    const known = this.ways.get(payloadClass);
    if (known) return known;
    const instant = validatesInstantly(payloadClass);
    const way = { instant, isValid: instant ? quickCheck(payloadClass) : null };
    this.ways.set(payloadClass, way);
    return way;
  }
}

function accept({ name, payloadClass }: PayloadContract, instance: object, errors: readonly ValidationError[]): object {
  if (errors.length > 0) throw new PayloadError(name, payloadIssues(errors, payloadClass));
  return instance;
}
