import { Allow, IsInt, IsOptional, IsString } from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';

/** Input and payload of everything here. */
export class Note {
  @IsString() text!: string;
  @IsOptional() @IsInt() n?: number;
}

export class Answer {
  @IsString() word!: string;
  @IsOptional() @IsInt() n?: number;
}

class Undo {
  @Allow() payload!: unknown;
  @Allow() result!: unknown;
}

/** Returns its payload; `fail` gives up. */
export const Write = defineHandler({
  name: 'write',
  payload: Note,
  retry: { attempts: 1 },
  handle: ({ text }, job) => {
    if (text === 'fail') throw job.discard('told to');
    return { text };
  },
});

export const Erase = defineHandler({ name: 'erase', payload: Undo, retry: { attempts: 1 }, handle: () => undefined });

export const STEP_HANDLERS = [Write, Erase];

/** A pipeline of these, without a step yet. */
export const noted = (name: string) => pipeline(name, { input: Note });
