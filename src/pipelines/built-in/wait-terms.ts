import { IsInt, IsPositive } from 'class-validator';

/** How a step waits for an answer: the payload of its job. */
export class WaitTerms {
  /** From when it begins to wait. */
  @IsInt() @IsPositive() timeoutMs!: number;
}
