import { describe, expect, it } from '@jest/globals';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import type { PayloadClass } from '../../src/core/handler-class.js';
import { quickCheck } from '../../src/registry/quick-check.js';

class Base {
  @IsInt() @Min(0) n!: number;
}

class Order extends Base {
  @IsOptional() @IsString() @MaxLength(3) note?: string;
  @IsIn(['a', 'b']) kind!: string;
  @IsDefined() anything!: unknown;
  @IsOptional() @IsArray() @ArrayMaxSize(2) list?: unknown[];
  @ValidateIf((order: Order) => order.kind === 'b') @IsUrl() url?: string;
}

class Each {
  @IsString({ each: true }) names!: string[];
}

class Nested {
  @ValidateNested() @IsDefined() base!: Base;
}

class Bare {
  field = 1;
}

const OPTIONS = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };
const instanceOf = (payloadClass: PayloadClass, fields: object): object =>
  Object.assign(Object.create(payloadClass.prototype as object) as object, fields);

describe('a quick check', () => {
  it('says of every value what class-validator says', () => {
    const check = quickCheck(Order);
    const near = <T>(...values: T[]): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: fc.anything() });
    const fields = fc.record(
      {
        n: near(0, 1, -1, 1.5),
        note: near('', 'abc', 'abcd', null),
        kind: near('a', 'b'),
        anything: near(0, null),
        list: near([], [1], [1, 2, 3]),
        url: near('https://example.com', 'no'),
        other: fc.constant(1),
      },
      { requiredKeys: ['n', 'kind', 'anything'] },
    );
    let valid = 0;
    fc.assert(
      fc.property(fields, (given) => {
        const order = instanceOf(Order, given);
        const isValid = validateSync(order, OPTIONS).length === 0;
        if (isValid) valid++;
        expect(check?.(order)).toBe(isValid);
      }),
      { numRuns: 4_000 },
    );
    expect(valid).toBeGreaterThan(0);
  });

  it('is none of classes whose validators need more than their value', () => {
    expect(quickCheck(Each)).toBeNull();
    expect(quickCheck(Bare)).toBeNull();
  });

  it('is never asked about nested classes: those do not validate instantly', async () => {
    const { validatesInstantly } = await import('../../src/registry/validates-instantly.js');
    expect([validatesInstantly(Nested), validatesInstantly(Order)]).toEqual([false, true]);
  });
});
