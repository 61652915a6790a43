import { IsString } from 'class-validator';
import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { defineHandler } from '../../../../../src/index.js';

export class FileName {
  @IsString() file!: string;
}

/** Runs until a file is there, or it is told to stop. */
export const WaitForFile = defineHandler({
  name: 'wait-for-file',
  payload: FileName,
  queue: 'slow',
  handle: async ({ file }, job): Promise<void> => {
    while (
      !(await access(file).then(
        () => true,
        () => false,
      ))
    )
      await delay(20, undefined, { signal: job.signal });
  },
});
