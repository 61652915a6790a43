import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsInt, IsString, Validate, ValidateNested, ValidatorConstraint } from 'class-validator';
import { fitPayload } from '../../src/pipelines/fit-payload.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { handlerDefinition } from '../../src/registry/handler-definition.js';
import { PayloadCodec } from '../../src/registry/payload-codec.js';

@ValidatorConstraint({ async: true })
class Silent {
  validate(): Promise<boolean> {
    return new Promise(() => undefined);
  }
}

class Doubtful {
  @Validate(Silent) n!: number;
}

class Point {
  @IsInt() x!: number;
}

class Shape {
  @IsString() name!: string;
  @ValidateNested({ each: true }) @Type(() => Point) points!: Point[];
}

const codec = new PayloadCodec();
const draw = handlerDefinition(defineHandler({ name: 'draw', payload: Shape, handle: () => undefined }));
const doubt = handlerDefinition(defineHandler({ name: 'doubt', payload: Doubtful, handle: () => undefined }));

describe('fitPayload', () => {
  it('leaves out what the class lacks, without touching what it was given', async () => {
    const made = { name: 'a', points: [{ x: 1, y: 2 }, { x: 3 }], 'dotted.name': 1, colour: { r: 1 } };
    const copy = structuredClone(made);
    const { json, payload } = await fitPayload(codec, draw, made);
    expect(JSON.parse(json)).toEqual({ name: 'a', points: [{ x: 1 }, { x: 3 }] });
    expect(payload).toBeInstanceOf(Shape);
    expect(made).toEqual(copy);
  });

  it('refuses what is wrong beside what is too much', async () => {
    const fit = Promise.resolve(fitPayload(codec, draw, { name: 5, points: [], more: 1 }));
    await expect(fit).rejects.toMatchObject({ code: 'PAYLOAD_INVALID', issues: [{ path: 'name' }] });
  });

  it('does not wait for ever for a validator', async () => {
    const fit = Promise.resolve(fitPayload(codec, doubt, { n: 1 }, 20));
    await expect(fit).rejects.toThrow('a validator of Doubtful did not answer within 20 ms');
  });
});
