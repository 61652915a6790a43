import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Allow } from 'class-validator';
import { Exclude, Expose, plainToInstance, Transform, Type } from 'class-transformer';
import fc from 'fast-check';
import type { PayloadClass } from '../../src/core/handler-class.js';
import { quickInstance } from '../../src/registry/quick-instance.js';

class Base {
  @Allow() kind = 'a default';
}

class Plain extends Base {
  @Allow() n!: number;
  @Allow() text?: string | null;
  @Allow() own: unknown = () => 'of the instance';
  method(): string {
    return 'of the class';
  }
  @Allow() get twice(): number {
    return this.n * 2;
  }
}

class Trimmed extends Base {
  @Allow() @Transform(({ value }) => String(value).trim()) text!: string;
}

class Heir extends Trimmed {
  @Allow() n!: number;
}

class Dated {
  @Allow() @Type(() => Date) at!: Date;
  @Allow() n!: number;
}

class Renamed {
  @Allow() @Expose({ name: 'number' }) n!: number;
}

class Hidden {
  @Allow() @Exclude() secret!: string;
  @Allow() n!: number;
}

const classes: readonly PayloadClass[] = [Base, Plain, Trimmed, Heir, Dated, Renamed, Hidden];

/** In their order; without the one that each instance makes for itself. */
const fieldsOf = (instance: unknown): [string, unknown][] =>
  Object.entries(instance as object).filter(([name]) => name !== 'own');

describe('a quick instance', () => {
  it('is what class-transformer makes, of every class and every JSON', () => {
    const names = ['n', 'text', 'kind', 'method', 'twice', 'own', 'at', 'number', 'secret', 'toString', 'x'];
    const fields = fc.dictionary(fc.constantFrom(...names), fc.oneof({ weight: 4, arbitrary: fc.constantFrom(1, ' a ', null, true, '2001-01-01') }, { weight: 1, arbitrary: fc.jsonValue() })); // prettier-ignore
    fc.assert(
      fc.property(fc.constantFrom(...classes), fields, (payloadClass, payload) => {
        const stored = JSON.parse(JSON.stringify(payload)) as object;
        const quick = quickInstance(payloadClass, stored);
        if (quick === null) return;
        const made: unknown = plainToInstance(payloadClass, stored);
        expect(Object.getPrototypeOf(quick)).toBe(payloadClass.prototype);
        expect(fieldsOf(quick)).toEqual(fieldsOf(made));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is made of flat JSON for classes without decorators, whatever their parents', () => {
    expect(quickInstance(Plain, { n: 1, text: null })).toMatchObject({ kind: 'a default', n: 1, text: null });
    expect(quickInstance(Heir, { n: 1 })).toBeInstanceOf(Heir);
    expect(quickInstance(Dated, { n: 1 })).toEqual(Object.assign(new Dated(), { n: 1 }));
  });

  it.each<[string, PayloadClass, object]>([
    ['a transformed field, also of the parent', Heir, { text: ' a ' }],
    ['a typed field', Dated, { at: '2001-01-01' }],
    ['renamed fields', Renamed, { number: 1 }],
    ['excluded fields', Hidden, { n: 1 }],
    ['a nested object', Plain, { n: 1, text: {} }],
    ['an array', Plain, { n: [1] }],
    ['a method', Plain, { method: 1 }],
    ['an accessor', Plain, { twice: 1 }],
    ['a function of the instance', Plain, { own: 1 }],
    ['a name of every object', Plain, { toString: 1 }],
    ['a field that no validator knows', Plain, { x: 1 }],
    ['a name that is reserved', Plain, JSON.parse('{"__proto__": 1}') as object],
  ])('is left to class-transformer for %s', (_, payloadClass, stored) => {
    expect(quickInstance(payloadClass, stored)).toBeNull();
  });
});
