import { IsInt, IsOptional, IsPositive, IsString } from 'class-validator';

/** How a step waits for an answer: the payload of its job. */
export class WaitTerms {
  /** From when it begins to wait. */
  @IsInt() @IsPositive() timeoutMs!: number;
  /** Who is to answer; nobody: anybody may. */
  @IsOptional() @IsString() assignee?: string;
  /** After how long it is handed on, and to whom. */
  @IsOptional() @IsInt() @IsPositive() escalateMs?: number;
  @IsOptional() @IsString() escalateTo?: string;
}
