import { ending } from './end.js';

/** The handler fails: the attempt is repeated later, or was the last. */
export const retry = ending('retry', 'throw');
